import { expect, test } from 'vitest';
import { isKeyword, tokenize } from '../../../src/lib/soql/tokens.js';

test.each([
  ["a.Name LIKE 'it\\'s (a) ''x'", ['a.Name', 'LIKE', "'it\\'s (a) '", "'x'"]],
  ['n>=-1.5e3', ['n', '>=', '-1.5e3']],
  ['a!=b<>c==d', ['a', '!=', 'b', '<>', 'c', '=', '=', 'd']],
  ['Amount>USD5000.50', ['Amount', '>', 'USD5000.50']],
  ['d>2020-01-01T00:00:00.000+01:00', ['d', '>', '2020-01-01T00:00:00.000+01:00']],
  ['t = 10:00:00.000Z', ['t', '=', '10:00:00.000Z']],
  ['LAST_N_DAYS:30', ['LAST_N_DAYS', ':', '30']],
  ["x = 'never closed", ['x', '=', "'", 'never', 'closed']],
])('%s', (soql, texts) => {
  expect(tokenize(soql).map(({ text }) => text)).toEqual(texts);
});

test('tokens know where they stand and how deep', () => {
  const tokens = tokenize('a (b\n(c)) d');
  expect(tokens.map(({ text, depth }) => `${text}${depth}`)).toEqual([
    'a0',
    '(0',
    'b1',
    '(1',
    'c2',
    ')1',
    ')0',
    'd0',
  ]);
  expect(tokens.at(-1)).toMatchObject({ start: 10, end: 11 });
});

test('a word in quotes is no keyword', () => {
  const [quoted, word] = tokenize("'FROM' from");
  expect(isKeyword(quoted, 'FROM')).toBe(false);
  expect(isKeyword(word, 'FROM')).toBe(true);
});
