import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outlineSoql } from '../../../src/lib/soql/outline.js';
import { parseSoql } from '../../../src/lib/soql/parse.js';
import { plainShape } from '../../../src/lib/soql/plain-shape.js';
import { shapeOf, type SoqlShape } from '../../../src/lib/soql/shape.js';

function plain(soql: string): SoqlShape | undefined {
  const outline = outlineSoql(soql);
  return outline === undefined ? undefined : plainShape(outline);
}

async function parsed(soql: string): Promise<SoqlShape | undefined> {
  const result = await parseSoql(soql);
  return 'query' in result ? shapeOf(result.query, outlineSoql(soql)!) : undefined;
}

const path = fc.constantFrom(
  'Id',
  'Name',
  'Account.Name',
  'Owner.Manager.Name',
  'Ext__c',
  'Parent__r.Ext__c',
);
const value = fc.constantFrom(
  "'x'",
  "'it\\'s AND'",
  '42',
  '-4.5',
  'true',
  'NULL',
  '2026-01-31',
  '2026-01-31T08:00:00Z',
);
const operator = fc.constantFrom('=', '!=', '<', '>=', '<>', ' LIKE ');
const condition = fc.tuple(path, operator, value).map((parts) => parts.join(' '));
const conditions = fc
  .tuple(fc.array(condition, { minLength: 1, maxLength: 3 }), fc.constantFrom(' AND ', ' or '))
  .map(([all, word]) => ` WHERE ${all.join(word)}`);
const order = fc
  .array(fc.tuple(path, fc.constantFrom('', ' ASC', ' desc', ' DESC NULLS LAST')), {
    minLength: 1,
    maxLength: 2,
  })
  .map((all) => ` ORDER BY ${all.map((each) => each.join('')).join(', ')}`);
const limit = fc.nat(1000).map((count) => ` LIMIT ${count}`);
const optional = (clause: fc.Arbitrary<string>) => fc.oneof(fc.constant(''), clause);

describe('a plain query', () => {
  test('has the shape that the parser finds', async () => {
    const query = fc
      .tuple(
        fc.uniqueArray(path, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('Account', 'My__c', 'ns__My__c'),
        optional(conditions),
        optional(order),
        optional(limit),
      )
      .map(([paths, object, ...clauses]) => `SELECT ${paths.join(', ')}\n FROM ${object}${clauses.join('')}`);
    await fc.assert(
      fc.asyncProperty(query, async (soql) => {
        const shape = plain(soql);
        expect(shape).toBeDefined();
        expect(shape).toEqual(await parsed(soql));
      }),
      { numRuns: 150 },
    );
  });

  test('may name its object before its fields', () => {
    expect(plain('SELECT Account.Name FROM Account WHERE Account.Id != null')).toMatchObject({
      fields: ['Name'],
      conditionPaths: ['Id'],
    });
  });
});

describe('is left to the parser', () => {
  test.each([
    'SELECT COUNT() FROM Account',
    'SELECT Id Name FROM Account',
    'SELECT Id, FROM Account',
    'SELECT a.Id FROM Account a',
    'SELECT Id, (SELECT Id FROM Contacts) FROM Account',
    "SELECT Id FROM Account WHERE Name IN ('a')",
    'SELECT Id FROM Account WHERE NOT Name = null',
    'SELECT Id FROM Account WHERE A = 1 AND B = 2 OR C = 3',
    'SELECT Id FROM Account WHERE A == 1',
    'SELECT Id FROM Account WHERE CreatedDate = TODAY',
    'SELECT Id FROM Account WHERE A = 10:30:00Z',
    "SELECT Id FROM Account WHERE Name = 'x",
    'SELECT Id FROM Account ORDER Name',
    'SELECT Id FROM Account LIMIT -1',
    'SELECT Id FROM Account LIMIT 5 WHERE A = 1',
    'SELECT Id FROM Account GROUP BY Id',
    'SELECT Id FROM Account FOR VIEW',
    'SELECT Id FROM Account ALL ROWS',
    'SELECT Id FROM Account;',
    'SELECT * FROM Account',
  ])('%s', (soql) => {
    expect(plain(soql)).toBeUndefined();
  });

  test('whatever the parser refuses is never plain', async () => {
    const word = fc.constantFrom(
      'SELECT',
      'FROM',
      'WHERE',
      'AND',
      'OR',
      'Id',
      'X',
      ',',
      '=',
      '!=',
      "'x'",
      '5',
      'LIMIT',
      'ORDER',
      'BY',
      'DESC',
      '(',
      ')',
      'IN',
    );
    const soup = fc.array(word, { maxLength: 9 }).map((words) => `SELECT Id FROM X ${words.join(' ')}`);
    await fc.assert(
      fc.asyncProperty(soup, async (soql) => {
        if (plain(soql) !== undefined) expect(await parsed(soql)).toBeDefined();
      }),
      { numRuns: 400 },
    );
  });
});
