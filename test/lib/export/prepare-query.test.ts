import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import {
  prepareQuery,
  type PrepareOptions,
  type PreparedQuery,
  type QuerySource,
} from '../../../src/lib/export/prepare-query.js';
import { SoqlError } from '../../../src/lib/soql/problem.js';
import { failureOf } from '../../support/failure-of.ts';
import { describeOf } from '../describe/fake-describe.ts';

function prepare(source: QuerySource, through: PrepareOptions['through'] = 'bulk'): Promise<PreparedQuery> {
  const objectNames = () => Promise.resolve(['Account', 'Contact', 'Task']);
  return prepareQuery(source, { describeOf, objectNames, through });
}

describe('an object by its name', () => {
  test('is selected with every field that a Bulk job returns, and says which it does not', async () => {
    const { soql, leftOut } = await prepare({ object: 'Contact', where: "LastName = 'x'" });
    expect(soql).toBe(
      "SELECT Id, LastName, Email, AccountId, Mother__c, Company__c, Ext__c, Old_Ext__c FROM Contact WHERE LastName = 'x'",
    );
    expect(leftOut).toEqual(['Photo__c']);
  });

  test('is selected with the fields that were named, which are checked', async () => {
    expect((await prepare({ object: 'Contact', fields: ['Id', ' Account.Name'] })).soql).toBe(
      'SELECT Id, Account.Name FROM Contact',
    );
    const error = await failureOf<SoqlError>(prepare({ object: 'Contact', fields: ['Id', 'Nmae'] }));
    expect(error.problems[0]).toMatchObject({ code: 'UNKNOWN_FIELD', position: { column: 12 } });
  });
});

test.each<[string, QuerySource]>([
  ['by its name', { object: 'Acount' }],
  ['in a query', { soql: 'SELECT Id FROM Acount' }],
])('an object that the org does not have is told with the nearest one that it has: %s', async (_, source) => {
  const error = await failureOf(prepare(source));
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain('no object "Acount", or your user may not see it. Did you mean "Account"?');
});

describe('what Bulk jobs cannot do', () => {
  const grouped = { soql: 'SELECT Name, COUNT(Id) FROM Account GROUP BY Name' };

  test('is refused with every place and way out', async () => {
    const error = await failureOf<SoqlError>(prepare(grouped));
    expect(error.problems.map(({ code, position }) => [code, position.column])).toEqual([
      ['AGGREGATE', 14],
      ['GROUP_BY', 37],
    ]);
  });

  test('is let through to REST, unlike what REST cannot do either', async () => {
    expect((await prepare(grouped, 'rest')).soql).toBe(grouped.soql);
    const error = await failureOf<SoqlError>(prepare({ soql: 'SELECT Nmae FROM Account' }, 'rest'));
    expect(error.problems[0]).toMatchObject({ code: 'UNKNOWN_FIELD' });
  });
});

describe('a query that cannot be read', () => {
  test('goes to the org as it is, with the place that was not understood', async () => {
    const soql = 'SELECT Id FROM Account WHERE Name SOUNDS_LIKE 3';
    expect(await prepare({ soql })).toMatchObject({
      soql,
      shape: undefined,
      unread: { position: { line: 1, column: 35 } },
    });
  });

  test('is refused when it has a mistake that is known, with the fix', async () => {
    const error = await failureOf<SoqlError>(prepare({ soql: 'SELECT Id FROM Account WHERE Name IS NULL' }));
    expect(error).toBeInstanceOf(SoqlError);
    expect(error.actions).toEqual(['Write "Name = null".']);
  });
});

describe('a query that is too long for an address', () => {
  const long = `Id FROM Account WHERE Name IN (${"'Größe', ".repeat(1_500)}'x')`;

  test('is no obstacle for Bulk', async () => {
    expect((await prepare({ soql: `SELECT ${long}` })).soql).toContain('Größe');
  });

  test('is refused for REST, with the way out', async () => {
    const error = await failureOf<UsageError>(prepare({ soql: `SELECT ${long}` }, 'rest'));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain('too long for REST');
    expect(error.actions.join()).toContain('Leave out --rest');
  });

  test('is not sent to REST for what Bulk cannot do either', async () => {
    const soql = `SELECT MAX(Name), ${long} GROUP BY Id`;
    const error = await failureOf<UsageError>(prepare({ soql }, 'rest'));
    expect(error.actions.join()).toContain('split a long list');
    const { problems } = await failureOf<SoqlError>(prepare({ soql }));
    expect(problems.map(({ code, restServes }) => [code, restServes])).toEqual([
      ['AGGREGATE', false],
      ['GROUP_BY', false],
    ]);
  });
});
