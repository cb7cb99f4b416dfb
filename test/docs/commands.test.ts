import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/cli/exit-codes.js';

const root = join(import.meta.dirname, '..', '..');

type Flag = {
  summary?: string;
  description?: string;
  char?: string;
  aliases?: string[];
  required?: boolean;
  helpGroup?: string;
};
type Command = {
  id: string;
  errorCodes?: { header: string; body: Array<{ name: string }> };
  summary?: string;
  description?: string;
  examples?: string[];
  usage?: string[];
  flags: Record<string, Flag>;
};

const manifest = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, Command>;
};
const commands = Object.values(manifest.commands);
const named = commands.map((command) => [command.id.replaceAll(':', ' '), command] as const);

test.each(named)('sf %s says what it does, with examples, and each flag has a summary', (_, command) => {
  expect(command.summary).toBeTruthy();
  expect(command.description).toBeTruthy();
  expect(command.examples?.length).toBeGreaterThan(0);
  // Their summaries come from the CLI itself.
  const fromTheCli = ['json', 'flags-dir', 'target-org', 'api-version'];
  const silent = Object.entries(command.flags).filter(
    ([name, flag]) => !flag.summary && !fromTheCli.includes(name),
  );
  expect(silent.map(([name]) => name)).toEqual([]);
});

test.each(named)(
  'the help of sf %s has the exit codes, under the heading that sf has for them',
  (_, command) => {
    expect(command.errorCodes?.header).toBe('ERROR CODES');
    expect(command.errorCodes?.body.map(({ name }) => Number(name))).toEqual(Object.values(exitCodes));
  },
);

test.each(named)('the summary of sf %s is one short line in the imperative', (_, command) => {
  expect(command.summary?.length).toBeLessThanOrEqual(80);
  expect(command.summary).toMatch(
    /^(?:Insert|Update|Upsert|Delete|Export|List|Show|Get|Retry|Resume|Abort|Write|Copy) /,
  );
});

test.each(named)('no Markdown escape is in the texts of sf %s', (_, command) => {
  const flags = Object.values(command.flags).flatMap(({ summary, description }) => [summary, description]);
  const texts = [command.summary, command.description, ...(command.examples ?? []), ...flags];
  expect(texts.filter((text) => text !== undefined && /\\[*_`[\]]/.test(text))).toEqual([]);
});

const groups = ['', 'Mapping', 'Sending', 'Results', 'Org', 'GLOBAL'];
/** Flags that say what a command works on. */
const inputFlags = [
  ...['file', 'sobject', 'external-id', 'input-format', 'sheet', 'column-delimiter', 'line-ending'],
  ...['encoding', 'query', 'query-file', 'where', 'set', 'fields', 'all-fields', 'ids', 'all-rows'],
  ...['since', 'since-field', 'rest', 'plan', 'source-dir', 'write-plan', 'known-ids', 'mask-key-file'],
  ...['id', 'use-most-recent', 'failed-file', 'unprocessed-file'],
];
const long = named.filter(([, { flags }]) => Object.keys(flags).length > 12);

test.each(long)('the flags of sf %s are in groups, but for its input', (_, command) => {
  const lost = Object.entries(command.flags).filter(
    ([name, { helpGroup }]) => helpGroup === undefined && !inputFlags.includes(name),
  );
  expect(lost.map(([name]) => name)).toEqual([]);
});

test.each(named)('the help of sf %s has its groups of flags in one order', (_, { flags }) => {
  const order = Object.values(flags).map(({ helpGroup = '' }) => groups.indexOf(helpGroup));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test.each(named)(
  'the usage of sf %s is short, and has flags of the command and those it needs',
  (_, command) => {
    const needed = Object.entries(command.flags).filter(
      ([name, { required }]) => required === true && name !== 'target-org',
    );
    expect(command.usage?.length).toBeGreaterThan(0);
    for (const line of command.usage ?? []) {
      const used = [...line.matchAll(/--([\w-]+)/g)].map(([, name = '']) => name);
      expect(
        used.filter((name) => !(name in command.flags)),
        line,
      ).toEqual([]);
      expect(
        needed.map(([name]) => name).filter((name) => !used.includes(name)),
        line,
      ).toEqual([]);
      expect(line.length).toBeLessThan(140);
    }
  },
);

test.each([
  ['bulk2:insert', ['duplicate-keys', 'external-id', 'where', 'hard-delete']],
  ['bulk2:delete', ['empty-as-null', 'assignment-rule-id', 'date-format', 'boolean-words', 'set']],
])('%s has no flag that means nothing for it', (id, names) => {
  expect(names.filter((name) => name in (manifest.commands[id]?.flags ?? {}))).toEqual([]);
});

test.each(named.filter(([, { flags }]) => 'id' in flags))(
  'the help of sf %s tells of --job-id',
  (_, command) => {
    expect(command.flags.id?.summary).toContain('--job-id');
  },
);

test.each(named)('the examples of sf %s use flags that it has, and all that it needs', (_, command) => {
  const letters = new Map(
    Object.entries(command.flags).flatMap(([name, { char, aliases = [] }]) =>
      [char, ...aliases].map((other) => [other, name] as const),
    ),
  );
  for (const example of command.examples ?? []) {
    const [, line = ''] = /command\.id %>(.*)/.exec(example) ?? [];
    const bare = line.replaceAll(/"[^"]*"/g, '""').split('|')[0] ?? '';
    const used = [...bare.matchAll(/\s--?([\w-]+)/g)].map(([, name = '']) => letters.get(name) ?? name);
    const known = (name: string): boolean =>
      name in command.flags || `no-${name}` in command.flags || name.replace(/^no-/, '') in command.flags;
    expect(
      used.filter((name) => !known(name)),
      example,
    ).toEqual([]);
    const needed = Object.entries(command.flags)
      .filter(([name, flag]) => flag.required === true && name !== 'target-org')
      .map(([name]) => name);
    expect(
      needed.filter((name) => !used.includes(name)),
      example,
    ).toEqual([]);
  }
});

test.each(named)('sf %s is in the README', (id) => {
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`sf ${id}`);
});
