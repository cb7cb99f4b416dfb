import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const sources = filesUnder(join(root, 'src'))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(path, 'utf8'));

const messageFiles = readdirSync(join(root, 'messages'));

test.each(messageFiles)(
  'every key of messages/%s is there once and used by the code that loads the file',
  (name) => {
    const text = readFileSync(join(root, 'messages', name), 'utf8');
    const keys = [...text.matchAll(/^# (\S+)$/gm)].map(([, key = '']) => key);
    expect(new Set(keys).size).toBe(keys.length);
    const users = sources.filter((source) => source.includes(`'${name.replace(/\.md$/, '')}'`)).join('\n');
    // A family of keys is asked for by its prefix: `route.${route}`.
    const isUsed = (key: string): boolean =>
      users.includes(`'${key}'`) ||
      [...key.matchAll(/\./g)].some(({ index }) => users.includes(`\`${key.slice(0, index)}.\${`));
    expect(keys.filter((key) => !isUsed(key))).toEqual([]);
  },
);

test('a command to paste ends its line, so that nothing else is pasted with it', () => {
  const texts = messageFiles.flatMap((name) =>
    readFileSync(join(root, 'messages', name), 'utf8').split('\n'),
  );
  const literals = sources.flatMap((source) => [...source.matchAll(/(['`"])((?:(?!\1|\n).)*)\1/g)]);
  const commands = [...texts, ...literals.map(([, , text = '']) => text)].flatMap(
    (line) => /: (sf [a-z0-9]+ .*)$/.exec(line)?.[1] ?? [],
  );
  expect(commands.length).toBeGreaterThan(40);
  expect(commands.filter((command) => /[,;.](?: |$)/.test(command))).toEqual([]);
});

test('every message that the code asks for is in a file that it loads', () => {
  const texts = new Map(
    messageFiles.map((name) => [
      name.replace(/\.md$/, ''),
      readFileSync(join(root, 'messages', name), 'utf8'),
    ]),
  );
  const missing = sources.flatMap((source) => {
    const loaded = [...source.matchAll(/loadMessages\('sf-plugin-bulk2', '([^']+)'\)/g)].map(
      ([, name = '']) => texts.get(name) ?? '',
    );
    const asked = [...source.matchAll(/\.getMessages?\(\s*'([^']+)'/g)].map(([, key = '']) => key);
    return asked.filter((key) => !loaded.some((text) => text.includes(`# ${key}\n`)));
  });
  expect(missing).toEqual([]);
});
