import { expect, test } from 'vitest';
import { isKeyword, tokenize, canonicalSource } from '../../../src/lib/soql/tokens.js';
import fc from 'fast-check';

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

const soql = "SELECT Id FROM Account WHERE Name LIKE 'E0%' AND (Amount__c >= 1E5 OR Owner.Name = 'it\\'s')";

test.each([
  soql.replace('SELECT Id', 'select Id, Name, Phone'),
  soql.replaceAll(' ', '\n\t '),
  soql.replace('>=', '>= ').replace('(', '( '),
  soql.replace('FROM Account WHERE', 'from ACCOUNT where').replace('Owner.Name', 'owner.name'),
])('%j asks for the same records', (other) => {
  expect(canonicalSource(other)).toBe(canonicalSource(soql));
});

test.each([
  soql.replace('E0%', 'e0%'),
  soql.replace("'it", "' it"),
  soql.replace('AND', 'OR'),
  `${soql} LIMIT 1`,
])('%j asks for others', (other) => {
  expect(canonicalSource(other)).not.toBe(canonicalSource(soql));
});

test('blanks between tokens and the case of words never matter', () => {
  const words = tokenize(soql).map(({ kind, text }) => ({ kind, text }));
  const blanks = fc.array(fc.constantFrom(' ', '\n', '\t', '  '), {
    minLength: words.length,
    maxLength: words.length,
  });
  fc.assert(
    fc.property(blanks, fc.boolean(), (gaps, isUpper) => {
      const other = words.map(({ kind, text }, at) => {
        const spelled = kind === 'text' ? text : isUpper ? text.toUpperCase() : text.toLowerCase();
        return spelled + (gaps[at] ?? ' ');
      });
      expect(canonicalSource(other.join(''))).toBe(canonicalSource(soql));
    }),
  );
});
