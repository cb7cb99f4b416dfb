import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

type Flag = { summary?: string; char?: string; required?: boolean };
type Command = {
  id: string;
  summary?: string;
  description?: string;
  examples?: string[];
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

test.each(named)('the examples of sf %s use flags that it has, and all that it needs', (_, command) => {
  const letters = new Map(Object.entries(command.flags).map(([name, { char }]) => [char, name]));
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
