import { expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { narrowedToIds, queryByIds } from '../../../src/lib/soql/by-ids.js';
import { SoqlError } from '../../../src/lib/soql/problem.js';
import { maxSoqlCharacters } from '../../../src/lib/soql/check.js';

test.each([
  ['SELECT Name FROM Account', 'SELECT Id, Name FROM Account'],
  ['SELECT Owner.Id, Name FROM Account', 'SELECT Id, Owner.Id, Name FROM Account'],
])('%s gets Id selected', (soql, withId) => {
  expect(queryByIds(soql)).toMatchObject({ soql: withId, hasIdAdded: true });
});

test.each([
  'SELECT Name, id FROM Account',
  'SELECT a.Id FROM Account a',
  'SELECT FIELDS(STANDARD) FROM Account',
])('%s has it already', (soql) => {
  expect(queryByIds(soql)).toMatchObject({ soql, hasIdAdded: false });
});

test('a condition holds for the records of all ids', () => {
  expect(narrowedToIds("SELECT Id FROM Account WHERE Name = 'a' OR Name = 'b'", ['1', '2'])).toBe(
    "SELECT Id FROM Account WHERE (Name = 'a' OR Name = 'b') AND Id IN ('1','2')",
  );
});

test('a query with as many ids as it takes is as long as the service allows, and with one more too long', () => {
  const { soql, idsPerQuery } = queryByIds(`SELECT Id FROM Account WHERE Name = '${'x'.repeat(500)}'`);
  const lengthWith = (count: number) =>
    narrowedToIds(soql, new Array<string>(count).fill('001000000000000AAA')).length;
  expect(lengthWith(idsPerQuery)).toBeLessThanOrEqual(maxSoqlCharacters);
  expect(lengthWith(idsPerQuery + 1)).toBeGreaterThan(maxSoqlCharacters - 2);
});

test.each(['ORDER BY Name', 'LIMIT 5'])(
  '%s is refused: it would hold for each list, not for all',
  (clause) => {
    expect(() => queryByIds(`SELECT Id FROM Account WHERE Name != null ${clause}`)).toThrow(UsageError);
  },
);

test('a query without room for ids is refused, and so is one that is not understood', () => {
  expect(() => queryByIds(`SELECT Id FROM Account WHERE Name = '${'x'.repeat(99_960)}'`)).toThrow(
    'leaves no room for ids',
  );
  expect(() => queryByIds('SELECT Id FROM Account WHERE')).toThrow(SoqlError);
});
