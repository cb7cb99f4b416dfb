import { parseQuery } from '@jetstreamapp/soql-parser-js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { SoqlError } from '../../../src/lib/soql/problem.js';
import { outlineForRewrite, withFields, withSince } from '../../../src/lib/soql/rewrite.js';

const since = '2026-01-31T00:00:00.000Z';
const condition = `SystemModstamp >= ${since}`;

describe('withSince', () => {
  test.each([
    ['SELECT Id FROM Account', `SELECT Id FROM Account WHERE ${condition}`],
    [
      "SELECT Id FROM Account WHERE Name = 'a' OR Name = 'b' ORDER BY Id",
      `SELECT Id FROM Account WHERE (Name = 'a' OR Name = 'b') AND ${condition} ORDER BY Id`,
    ],
    [
      'SELECT Id FROM Account a USING SCOPE mine ORDER BY Id',
      `SELECT Id FROM Account a USING SCOPE mine WHERE ${condition} ORDER BY Id`,
    ],
    ["select id\nfrom order\nwhere x = ')'\n", `select id\nfrom order\nwhere (x = ')') AND ${condition}\n`],
    [
      "SELECT Id FROM Account WHERE Name = 'WHERE' WITH SECURITY_ENFORCED",
      `SELECT Id FROM Account WHERE (Name = 'WHERE') AND ${condition} WITH SECURITY_ENFORCED`,
    ],
    [
      'SELECT c.Id, a.Name FROM Contact c, c.Account a USING SCOPE mine FOR VIEW, REFERENCE',
      `SELECT c.Id, a.Name FROM Contact c, c.Account a USING SCOPE mine WHERE ${condition} FOR VIEW, REFERENCE`,
    ],
    [
      "SELECT Id FROM Account WHERE Name = null SET OPTIONS (dataspace = 'default')",
      `SELECT Id FROM Account WHERE (Name = null) AND ${condition} SET OPTIONS (dataspace = 'default')`,
    ],
  ])('%s', (soql, narrowed) => {
    expect(withSince(soql, '2026-01-31')).toBe(narrowed);
  });

  test('takes a time with a zone', () => {
    expect(withSince('SELECT Id FROM A', '2026-01-31T09:30:00+01:00')).toContain('2026-01-31T08:30:00.000Z');
  });

  test('refuses a query that can’t be read to its end: it may leave records out by itself', () => {
    expect(() => withSince('SELECT Id FROM A SAMPLE 10 PERCENT', since)).toThrow(SoqlError);
  });

  test.each(['yesterday', '2026-13-01', '2026-01-31T08:00:00', '1', ''])('refuses "%s" as a time', (text) => {
    expect(() => withSince('SELECT Id FROM A', text)).toThrow(UsageError);
  });

  test.each(['LIMIT 5', 'OFFSET 5', 'GROUP BY Id'])('refuses %s, which would lose records', (clause) => {
    expect(() => withSince(`SELECT Id FROM A ${clause}`, since)).toThrow('would be lost');
  });
});

test('withFields replaces the select list and nothing else', () => {
  expect(
    withFields(outlineForRewrite("SELECT  Name , (SELECT Id FROM C)\nFROM A WHERE Name = 'x'"), [
      'Id',
      'Owner.Name',
    ]),
  ).toBe("SELECT  Id, Owner.Name\nFROM A WHERE Name = 'x'");
});

test('text that is no query is refused', () => {
  expect(() => outlineForRewrite('DELETE FROM Account')).toThrow(UsageError);
});

const where = fc.constantFrom(
  undefined,
  "Name = 'it\\'s ) LIMIT 3'",
  'A__c > 3 OR (B__c < 4 AND NOT C__c = 5)',
  "Id IN (SELECT AccountId FROM Contact WHERE LastName = 'x' ORDER BY Id LIMIT 3)",
  'CreatedDate > 2020-01-01T00:00:00Z AND CreatedDate = LAST_N_DAYS:3',
);
const object = fc.constantFrom('Account', 'Group', 'Order', 'Order o', 'Case c USING SCOPE mine');
const tail = fc.constantFrom('', 'WITH SECURITY_ENFORCED', 'ORDER BY Name DESC NULLS LAST', 'FOR VIEW');

test('any query narrowed is a query whose condition is the old one and the new one', () => {
  fc.assert(
    fc.property(object, where, tail, (from, old, rest) => {
      const oldWhere = old === undefined ? '' : `WHERE ${old}`;
      const narrowed = parseQuery(withSince(`SELECT Id FROM ${from} ${oldWhere} ${rest}`, since));
      const wanted = old === undefined ? condition : `(${old}) AND ${condition}`;
      expect(narrowed).toEqual(parseQuery(`SELECT Id FROM ${from} WHERE ${wanted} ${rest}`));
    }),
  );
});
