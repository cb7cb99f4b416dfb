import { describe, expect, test } from 'vitest';
import { requireFitting, soqlOf, templateOf } from '../../../src/cli/by-query/by-query-request.js';
import { UsageError } from '../../../src/lib/errors.js';

type Source = Parameters<typeof soqlOf>[0];
const source = (flags: Pick<Source, 'query' | 'where' | 'sobject'>): string => soqlOf(flags as Source);

describe('the query', () => {
  test('is written from an object and a condition, with or without its WHERE', () => {
    const soql = "SELECT Id FROM Lead WHERE Company = 'G'";
    expect(source({ sobject: 'Lead', where: "Company = 'G'" })).toBe(soql);
    expect(source({ sobject: 'Lead', where: " where Company = 'G' " })).toBe(soql);
  });

  test('may come with its object, in any case', () => {
    expect(source({ query: 'SELECT Id FROM Lead', sobject: 'lead' })).toBe('SELECT Id FROM Lead');
  });

  test.each([
    [{ where: "Name = 'x'" }, '--sobject'],
    [{ sobject: 'Account', where: ' ' }, 'every record of Account'],
    [{ sobject: 'Account', where: 'WHERE ' }, 'every record of Account'],
    [{ sobject: 'Lead', query: 'SELECT Id FROM Account' }, 'Lead'],
    [{ query: 'DELETE FROM Account' }, 'SELECT'],
  ])('is refused when it is %j', (flags, word) => {
    expect(() => source(flags)).toThrow(UsageError);
    expect(() => source(flags)).toThrow(word);
  });
});

describe('the new values', () => {
  test('are split at the first equals sign; null and nothing clear a field', () => {
    expect(templateOf(['Name=a=b', 'Phone=null', 'Fax=', 'Site=${Name} '])).toEqual({
      Name: 'a=b',
      Phone: null,
      Fax: null,
      Site: '${Name} ',
    });
  });

  test.each([[[]], [['Name']], [['=x']], [['Name=1', 'name=2']]])('are refused when they are %j', (rules) => {
    expect(() => templateOf(rules)).toThrow(UsageError);
  });
});

test.each([
  [['map'], true],
  [['concurrency'], true],
  [['set'], false],
  [['bulk-threshold'], false],
])('%j is refused where by query is %s', (given, isByQuery) => {
  expect(() => requireFitting(given, isByQuery)).toThrow(UsageError);
  expect(() => requireFitting(given, !isByQuery)).not.toThrow();
});
