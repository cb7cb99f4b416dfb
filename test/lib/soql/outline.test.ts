import { expect, test } from 'vitest';
import { clauseTokens, outlineSoql } from '../../../src/lib/soql/outline.js';

function clausesOf(soql: string): Record<string, string> {
  const clauses = [...(outlineSoql(soql)?.clauses.values() ?? [])];
  return Object.fromEntries(clauses.map(({ name, body }) => [name, soql.slice(body.start, body.end)]));
}

test('finds each clause of the outermost query', () => {
  const soql =
    "SELECT Id FROM Account USING SCOPE mine WHERE Name = 'LIMIT 3' WITH SECURITY_ENFORCED GROUP BY Name " +
    'HAVING COUNT(Id) > 1 ORDER BY Name DESC LIMIT 5 OFFSET 10 FOR VIEW UPDATE TRACKING';
  expect(clausesOf(soql)).toEqual({
    USING: 'SCOPE mine',
    WHERE: "Name = 'LIMIT 3'",
    WITH: 'SECURITY_ENFORCED',
    'GROUP BY': 'Name',
    HAVING: 'COUNT(Id) > 1',
    'ORDER BY': 'Name DESC',
    LIMIT: '5',
    OFFSET: '10',
    FOR: 'VIEW',
    UPDATE: 'TRACKING',
  });
});

test.each([
  ['SELECT Id FROM Group WHERE Type = 1', 'Group', {}, { WHERE: 'Type = 1' }],
  ['SELECT Id, Order.Name FROM Order ORDER BY Id', 'Order', {}, { 'ORDER BY': 'Id' }],
  ['SELECT o.Id FROM Order o LIMIT 1', 'Order', { o: '' }, { LIMIT: '1' }],
  ['SELECT a.Id FROM Account AS a', 'Account', { a: '' }, {}],
  ['select id from account where x = 1 limit 1', 'account', {}, { WHERE: 'x = 1', LIMIT: '1' }],
  [
    'SELECT count() FROM Contact c, c.Account a, a.Owner o USING SCOPE mine WHERE o.Name = null',
    'Contact',
    { c: '', a: 'Account', o: 'Account.Owner' },
    { USING: 'SCOPE mine', WHERE: 'o.Name = null' },
  ],
  [
    'SELECT Id FROM A WHERE Id IN (SELECT B FROM C WHERE D = 1 LIMIT 2)',
    'A',
    {},
    {
      WHERE: 'Id IN (SELECT B FROM C WHERE D = 1 LIMIT 2)',
    },
  ],
])('%s', (soql, object, aliases, clauses) => {
  const outline = outlineSoql(soql);
  expect(outline?.object.text).toBe(object);
  expect(Object.fromEntries(outline?.aliases ?? [])).toEqual({ [object.toLowerCase()]: '', ...aliases });
  expect(clausesOf(soql)).toEqual(clauses);
});

test('cuts the select list at its own commas only', () => {
  const soql =
    'SELECT Id, (SELECT Id, Name FROM Contacts), TYPEOF What WHEN Account THEN A, B ELSE C END, toLabel(X) FROM E';
  const { items = [] } = outlineSoql(soql) ?? {};
  expect(items.map(({ start, end }) => soql.slice(start, end))).toEqual([
    'Id',
    '(SELECT Id, Name FROM Contacts)',
    'TYPEOF What WHEN Account THEN A, B ELSE C END',
    'toLabel(X)',
  ]);
});

test.each(['', 'FIND {x}', 'SELECT Id', 'SELECT FROM X', 'SELECT Id FROM'])('"%s" has no outline', (soql) => {
  expect(outlineSoql(soql)).toBeUndefined();
});

test('the tokens of a clause leave its subqueries out', () => {
  const outline = outlineSoql("SELECT Id FROM A WHERE (B IN (SELECT C FROM D WHERE E = 'x') AND F = 1)")!;
  expect(clauseTokens(outline, 'WHERE').map(({ text }) => text)).toEqual([
    '(',
    'B',
    'IN',
    ')',
    'AND',
    'F',
    '=',
    '1',
    ')',
  ]);
});
