import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodeHelp } from '../../src/cli/exit-codes.js';
import { oneLine, table } from './table.ts';

type Flag = {
  readonly name: string;
  readonly type: 'boolean' | 'option';
  readonly char?: string;
  readonly aliases?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly helpGroup?: string;
  readonly helpValue?: string | readonly string[];
  readonly options?: readonly string[];
  readonly default?: unknown;
  readonly required?: boolean;
  readonly multiple?: boolean;
  readonly allowNo?: boolean;
  readonly hidden?: boolean;
};

type Command = {
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly string[];
  readonly flags: Readonly<Record<string, Flag>>;
};

const manifestFile = join(import.meta.dirname, '..', '..', 'oclif.manifest.json');
const fromTheCli: Readonly<Record<string, string>> = {
  'target-org': 'Username or alias of the org. Not needed if `target-org` is set with `sf config set`.',
  'api-version': 'Another version of the API than the org’s newest.',
  json: 'Print the result as JSON.',
  'flags-dir': 'Folder with files that have the values of flags.',
};
const groups = ['', 'Mapping', 'Sending', 'Results', 'Org', 'Global'];

/** Every command with its flags and examples, as oclif's manifest has them. */
export function commandsPage(): string {
  const { commands } = JSON.parse(readFileSync(manifestFile, 'utf8')) as {
    commands: Record<string, Command>;
  };
  const all = Object.values(commands).sort((a, b) => (a.id < b.id ? -1 : 1));
  return [
    '# Commands',
    'Written by `npm run reference`, from the commands themselves. `sf bulk2 upsert --help` and so on show them in a terminal; flags that every command of the CLI has, such as `--target-org`, `--api-version` and `--json`, are described there in the CLI’s words.',
    all.map(({ id, summary }) => `- [${nameOf(id)}](#${anchorOf(id)}): ${summary}`).join('\n'),
    '## Exit codes',
    table(['Code', 'Meaning'], Object.entries(exitCodeHelp)),
    ...all.map(commandText),
    '',
  ].join('\n\n');
}

function nameOf(id: string): string {
  return `sf ${id.replaceAll(':', ' ')}`;
}

function anchorOf(id: string): string {
  return nameOf(id).replaceAll(' ', '-');
}

function commandText({ id, description, examples, flags }: Command): string {
  const shown = Object.values(flags).filter(({ hidden }) => hidden !== true);
  const parts = groups.flatMap((group) => {
    const own = shown.filter((flag) => groupOf(flag) === group);
    if (own.length === 0) return [];
    return [table([group === '' ? 'Flag' : `${group} flag`, 'Meaning'], own.map(flagRow))];
  });
  const notes = shown.flatMap(({ name, description: text }) =>
    text === undefined || name in fromTheCli ? [] : [`- \`--${name}\`: ${oneLine(text)}`],
  );
  return [
    `## ${nameOf(id)}`,
    description,
    ...parts,
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
    `\`\`\`sh\n${examples.map((example) => exampleText(example, id)).join('\n\n')}\n\`\`\``,
  ].join('\n\n');
}

function groupOf({ name, helpGroup = '' }: Flag): string {
  if (['json', 'flags-dir'].includes(name)) return 'Global';
  return groups.find((group) => group.toLowerCase() === helpGroup.toLowerCase()) ?? '';
}

function flagRow(flag: Flag): [string, string] {
  const { name, char, aliases = [], allowNo = false, required = false, multiple = false } = flag;
  const names = [`--${allowNo ? '[no-]' : ''}${name}`, ...(char === undefined ? [] : [`-${char}`])];
  const others = aliases.map((alias) => `--${alias}`);
  const isOrg = name === 'target-org';
  const meaning = [
    fromTheCli[name] ?? flag.summary ?? '',
    // Those of a flag with a value of its own in the help are in its summary.
    ...(flag.options === undefined || flag.helpValue !== undefined
      ? []
      : [`One of ${flag.options.map((each) => `\`${each}\``).join(', ')}.`]),
    ...(typeof flag.default === 'string' && !isOrg ? [`Default: \`${flag.default}\`.`] : []),
    ...(required && !isOrg ? ['Required.'] : []),
    ...(multiple && !/repeat|several times/i.test(flag.summary ?? '') ? ['Repeatable.'] : []),
  ];
  return [[...names, ...others].map((each) => `\`${each}\``).join(', '), oneLine(meaning.join(' '))];
}

/** `Title:\n<%= command.id %> --flag` as a comment and a command. */
function exampleText(example: string, id: string): string {
  const [title = '', ...lines] = example.trim().split('\n');
  const commands = lines
    .map((line) =>
      line.trim().replace('<%= config.bin %>', 'sf').replace('<%= command.id %>', id.replaceAll(':', ' ')),
    )
    .filter((line) => line !== '');
  return [`# ${title.replace(/:$/, '')}`, ...commands].join('\n');
}
