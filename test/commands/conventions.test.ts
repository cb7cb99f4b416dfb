import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { expect, test } from 'vitest';
import { projectRoot } from '../host/sf.ts';

// What eslint-plugin-sf-plugin asks of commands. It looks at classes that extend SfCommand themselves, and at flags that
// stand in them; here are all commands as the CLI knows them, with all of their flags.

type Flag = {
  readonly char?: string;
  readonly aliases?: readonly string[];
  readonly charAliases?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly options?: readonly string[];
  readonly helpValue?: string;
};
type Command = {
  readonly summary?: string;
  readonly description?: string;
  readonly examples?: readonly string[];
  readonly flags: Readonly<Record<string, Flag>>;
};

type Manifest = { readonly commands: Readonly<Record<string, Command>> };

const ofTheCli = ['json', 'flags-dir', 'api-version'];
const manifest = JSON.parse(readFileSync(join(projectRoot, 'oclif.manifest.json'), 'utf8')) as Manifest;
const texts = new Set([...messageTexts(), Flags.requiredOrg().summary]);

test.each(Object.entries(manifest.commands))('%s keeps the conventions of the CLI', (_, command) => {
  expect(faultsOf(command)).toEqual([]);
});

test('what breaks them is told', () => {
  const flag = { summary: messageTexts()[0]! };
  const command: Command = {
    summary: 'Written into the code.',
    flags: {
      aFlag: flag,
      'one-flag': { ...flag, char: 'a' },
      'other-flag': { ...flag, char: 'b', charAliases: ['a'], aliases: ['one-flag'] },
      'untold-flag': {},
      'wide-flag': { ...flag, options: ['ten', 'eleven', 'x'.repeat(30)] },
      'named-flag': { ...flag, options: ['one that is in no summary'], helpValue: 'ONE' },
    },
  };
  expect(faultsOf(command)).toEqual([
    'the summary is in no file of messages',
    'it has no description',
    'it has no examples',
    '--aFlag is not in kebab-case',
    '--untold-flag has no summary',
    '--wide-flag has choices that help breaks within words: give it a helpValue, and name them in its summary',
    '--named-flag has choices that its summary does not name',
    '-a is taken twice',
    '--one-flag is taken twice',
  ]);
});

function faultsOf({ summary, description, examples, flags }: Command): string[] {
  const own = Object.entries(flags).filter(([name]) => !ofTheCli.includes(name));
  const chars = own.flatMap(([, { char, charAliases = [] }]) => [char ?? [], charAliases].flat());
  const names = own.flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
  return [
    ...textFaults('the summary', summary),
    ...textFaults('the description', description),
    ...(summary === undefined ? ['it has no summary'] : []),
    ...(description === undefined ? ['it has no description'] : []),
    ...(examples === undefined || examples.length === 0 ? ['it has no examples'] : []),
    ...names
      .filter((name) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
      .map((name) => `--${name} is not in kebab-case`),
    ...own.filter(([, each]) => each.summary === undefined).map(([name]) => `--${name} has no summary`),
    ...own.flatMap(([name, each]) => choiceFaults(name, each)),
    ...own.flatMap(([name, each]) => [
      ...textFaults(`the summary of --${name}`, each.summary),
      ...textFaults(`the description of --${name}`, each.description),
    ]),
    ...repeated(chars).map((char) => `-${char} is taken twice`),
    ...repeated(names).map((name) => `--${name} is taken twice`),
  ];
}

function textFaults(what: string, text: string | undefined): string[] {
  return text === undefined || texts.has(text) ? [] : [`${what} is in no file of messages`];
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) < index);
}

function messageTexts(): string[] {
  Messages.importMessagesDirectory(projectRoot);
  return globSync('messages/*.md', { cwd: projectRoot }).flatMap((file) =>
    [...Messages.loadMessages('sf-plugin-bulk2', basename(file, '.md')).messages.values()].filter(
      (text) => typeof text === 'string',
    ),
  );
}

/** Of the `<options: A|B|C>` that help shows where a flag has no helpValue, in what is left of a line on narrow terminals. */
const widestChoices = 36;

function choiceFaults(name: string, { options = [], helpValue, summary = '' }: Flag): string[] {
  if (helpValue === undefined)
    return options.join('|').length > widestChoices
      ? [
          `--${name} has choices that help breaks within words: give it a helpValue, and name them in its summary`,
        ]
      : [];
  return options.every((each) => summary.includes(each))
    ? []
    : [`--${name} has choices that its summary does not name`];
}
