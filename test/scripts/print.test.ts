import { expect, test } from 'vitest';
import { brokenCommand, brokenText } from '../../scripts/print.ts';

const copy = ['sf', 'bulk2', 'copy', '--sobject', 'Account', '--where', "Name = 'a b'", '--dry-run'];

test.each([80, 40, 20])('text and commands are broken between words, on %i columns', (width) => {
  const text = 'Copy. The second org has a rule that two airports break, and Ctrl-C comes soon.';
  const lines = brokenText(text, width).split('\n');
  expect(lines.join(' ')).toBe(text);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
});

test('a command can be pasted, and a flag stays with its value', () => {
  expect(brokenCommand(copy, 40)).toBe(
    `$ sf bulk2 copy --sobject Account \\\n    --where "Name = 'a b'" --dry-run`,
  );
  expect(brokenCommand(copy, 80)).toBe(`$ sf bulk2 copy --sobject Account --where "Name = 'a b'" --dry-run`);
});

test('where there is no terminal, nothing is broken', () => {
  expect(brokenCommand(copy, Infinity).split('\n')).toHaveLength(1);
});
