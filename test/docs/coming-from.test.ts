import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sfRoot } from '../host/sf.ts';
import { codeSpans, pageText, tableRows } from '../support/docs-page.ts';

type Command = {
  readonly command: string;
  readonly flags: readonly string[];
  readonly flagChars: readonly string[];
  readonly flagAliases: readonly string[];
};

const page = pageText('docs/coming-from.md');
const commands = JSON.parse(pageText('command-snapshot.json')) as Command[];
const here = tableRows(page).flatMap(({ Here }) => (Here === undefined ? [] : codeSpans(Here)));

/** The flags that a piece of code names: `--wait 30` is `--wait`. */
function flagsIn(code: string): string[] {
  return code.split(' ').filter((word) => /^--?[a-zA-Z]/.test(word));
}

function flagsOf({ flags, flagChars, flagAliases }: Command): string[] {
  return [
    ...[...flags, ...flagAliases].map((name) => `--${name}`),
    ...flagChars.map((letter) => `-${letter}`),
  ];
}

/** The command that a line such as `sf bulk2 job list --all` calls. */
function commandIn(line: string): Command | undefined {
  const words = line.split(' ').slice(1);
  return commands.find(({ command }) => command === words.slice(0, command.split(':').length).join(':'));
}

test('every flag of ours that the page on other tools names is there', () => {
  const known = commands.flatMap(flagsOf);
  const named = here.flatMap(flagsIn);
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((flag) => !known.includes(flag))).toEqual([]);
});

test('every command of ours that the page on other tools names is there, and has the flags that it is shown with', () => {
  const lines = codeSpans(page).filter((code) => code.startsWith('sf bulk2 '));
  expect(lines.length).toBeGreaterThan(15);
  const wrong = lines.filter((line) => {
    const command = commandIn(line);
    return command === undefined || flagsIn(line).some((flag) => !flagsOf(command).includes(flag));
  });
  expect(wrong).toEqual([]);
});

test('every flag of sf data that the page names is there in the stock CLI', () => {
  const path = join(sfRoot, '..', 'plugin-data', 'oclif.manifest.json');
  const stock = JSON.parse(readFileSync(path, 'utf8')) as {
    commands: Record<string, { flags: Record<string, { name: string; char?: string }> }>;
  };
  const flags = Object.values(stock.commands).flatMap((command) => Object.values(command.flags));
  const known = flags.flatMap(({ name, char = '' }) => [`--${name}`, `-${char}`]);
  const named = tableRows(page).flatMap((row) => codeSpans(row['Flag there'] ?? ''));
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((flag) => !known.includes(flag))).toEqual([]);
});
