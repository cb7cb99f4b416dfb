import { describe, expect, test } from 'vitest';
import type { IngestOperation, SObjectDescribe } from '../../../../src/lib/api/types.js';
import { checkHeader } from '../../../../src/lib/load/check/header.js';
import { ProblemLog, ValueCheck } from '../../../../src/lib/load/check/values.js';
import { account, contact, describeOf, fakeField, fakeObject, task } from '../../describe/fake-describe.ts';
import { record } from './records.ts';

const thing = fakeObject('Thing__c', 'a00', [
  fakeField('Name', { length: 10, nillable: false }),
  fakeField('Day__c', { type: 'date' }),
  fakeField('Flag__c', { type: 'boolean', nillable: false, defaultedOnCreate: true }),
  fakeField('Count__c', { type: 'int' }),
  fakeField('Open__c', { type: 'picklist', picklistValues: [{ value: 'one', active: true }] }),
  fakeField('Bare__c', { type: 'picklist', restrictedPicklist: true, picklistValues: [] }),
  fakeField('Closed__c', {
    type: 'picklist',
    restrictedPicklist: true,
    picklistValues: [{ value: 'one', active: true }],
  }),
]);

type Input = {
  readonly operation: IngestOperation;
  readonly object: SObjectDescribe;
  readonly header: string;
  readonly externalIdField?: string;
  readonly emptyAsNull?: boolean;
};

/** The problems of some rows, each as `CODE row column`. */
async function problemsOf(
  { operation, object, header, externalIdField = 'Id', emptyAsNull = false }: Input,
  ...rows: string[]
) {
  const columns = header.split(',');
  const check = await checkHeader({ operation, columns, describe: object, externalIdField, describeOf });
  expect(check.problems).toEqual([]);
  const log = new ProblemLog();
  const values = new ValueCheck({ operation, describe: object, columns: check.columns, log, emptyAsNull });
  rows.forEach((row, index) => {
    values.visit(record(...row.split(',')), index + 1);
  });
  return log.problems.map(({ code, row, column }) => `${code} ${row ?? ''} ${column ?? ''}`);
}

const insert = {
  operation: 'insert',
  object: thing,
  header: 'Name,Day__c,Flag__c,Count__c,Open__c',
} as const;

test('good values have no problems, in quotes or not', async () => {
  const rows = [
    'a,2026-01-31,true,5,anything',
    '"a","2026-01-31","true","5","x"',
    'a,,,,',
    '"a","#N/A",,"#N/A",#N/A',
  ];
  expect(await problemsOf(insert, ...rows)).toEqual([]);
});

test('each wrong value is told with its row and column', async () => {
  const rows = ['a,2026-02-31,yes,x,', 'a,,,,', 'much too long,"31.1.2026","no","1.5",'];
  expect(await problemsOf(insert, ...rows)).toEqual([
    'BAD_DATE 1 Day__c',
    'BAD_BOOLEAN 1 Flag__c',
    'BAD_NUMBER 1 Count__c',
    'TOO_LONG 3 Name',
    'BAD_DATE 3 Day__c',
    'BAD_BOOLEAN 3 Flag__c',
    'BAD_NUMBER 3 Count__c',
  ]);
});

test('what merely starts like #N/A is a value', async () => {
  expect(await problemsOf(insert, '#N/B,#NONE,,,', '#,,,,')).toEqual(['BAD_DATE 1 Day__c']);
});

test('only a restricted picklist with values restricts', async () => {
  const input = { operation: 'update', object: thing, header: 'Id,Open__c,Bare__c,Closed__c' } as const;
  expect(await problemsOf(input, 'a00000000000001,two,two,two')).toEqual(['BAD_PICKLIST_VALUE 1 Closed__c']);
});

test('doubled quotes count once', async () => {
  expect(await problemsOf(insert, '"""""""""""",,,,')).toEqual([]);
  expect(await problemsOf(insert, '"12345678""""",,,,')).toEqual([]);
  expect(await problemsOf(insert, '"123456789""""",,,,')).toEqual(['TOO_LONG 1 Name']);
});

test('cells that a short row lacks are not judged here', async () => {
  // Scanned records share their arrays, so offsets of an earlier record may be there.
  const { columns } = await checkHeader({ operation: 'update', columns: ['Id', 'Day__c'], describe: thing });
  const log = new ProblemLog();
  const check = new ValueCheck({ operation: 'update', describe: thing, columns, log });
  check.visit({ ...record('a00000000000001', 'no date'), count: 1 }, 1);
  expect(log.problems).toEqual([]);
});

describe('empty cells', () => {
  test.each<[string, Input, string, string[]]>([
    ['a required field, insert', insert, ',,,,', ['REQUIRED_EMPTY 1 Name']],
    ['#N/A in a required field, insert', insert, '#N/A,,,,', ['REQUIRED_EMPTY 1 Name']],
    ['quotes with nothing in them', insert, '"",,,,', ['REQUIRED_EMPTY 1 Name']],
    [
      'a required field, update',
      { operation: 'update', object: thing, header: 'Id,Name' },
      'a00000000000001,',
      [],
    ],
    [
      '#N/A in a required field, update',
      { operation: 'update', object: thing, header: 'Id,Name' },
      'a00000000000001,#N/A',
      ['NULL_NOT_ALLOWED 1 Name'],
    ],
    ['Id, update', { operation: 'update', object: account, header: 'Id,Name' }, ',x', ['KEY_EMPTY 1 Id']],
    ['Id, deletion', { operation: 'delete', object: account, header: 'Id' }, '#N/A', ['KEY_EMPTY 1 Id']],
    ['Id, upsert by Id', { operation: 'upsert', object: account, header: 'Id,Name' }, ',x', []],
    [
      'the external id of an upsert',
      { operation: 'upsert', object: account, header: 'Ext__c,Name', externalIdField: 'Ext__c' },
      ',x',
      ['KEY_EMPTY 1 Ext__c'],
    ],
    [
      'a required parent named by its key',
      { operation: 'insert', object: contact, header: 'LastName,Company__r.Ext__c' },
      'x,',
      ['REQUIRED_EMPTY 1 Company__r.Ext__c'],
    ],
    [
      'one of two ways to name a parent',
      { operation: 'insert', object: task, header: 'Contact:Who.Email,Lead:Who.Email' },
      ',x',
      [],
    ],
  ])('%s', async (_, input, row, expected) => {
    expect(await problemsOf(input, row)).toEqual(expected);
  });
});

test('empty cells that will be sent as #N/A are judged as such', async () => {
  const input = { operation: 'update', object: thing, header: 'Id,Name,Day__c', emptyAsNull: true } as const;
  expect(await problemsOf(input, 'a00000000000001,,')).toEqual(['NULL_NOT_ALLOWED 1 Name']);
});

test("a parent's key is held against the parent's field", async () => {
  const input = { operation: 'update', object: contact, header: 'Id,Account.Ext__c' } as const;
  expect(await problemsOf(input, `003000000000001,${'x'.repeat(21)}`)).toEqual(['TOO_LONG 1 Account.Ext__c']);
});

test("ids of another object are not this object's", async () => {
  const input = { operation: 'delete', object: account, header: 'Id' } as const;
  expect(await problemsOf(input, '003000000000001AAA')).toEqual(['WRONG_OBJECT 1 Id']);
});

test('problems name the file when there is one', async () => {
  const { columns } = await checkHeader({ operation: 'insert', columns: ['Name'], describe: thing });
  const log = new ProblemLog();
  const check = new ValueCheck({ operation: 'insert', describe: thing, columns, log, file: 'a.csv' });
  check.visit(record(''), 7);
  expect(log.problems).toMatchObject([{ file: 'a.csv', row: 7 }]);
});

test('#N/A in a checkbox is refused, since the org would fail the row', async () => {
  const problems = await problemsOf({ ...insert, header: 'Name,Flag__c' }, 'a,#N/A');
  expect(problems).toEqual(['NULL_NOT_ALLOWED 1 Flag__c']);
});

test('keeps the first few of each kind and counts all', () => {
  const log = new ProblemLog({ most: 5, mostOfAKind: 2 });
  for (let row = 1; row <= 1000; row++) log.add({ code: 'A', column: 'x', message: '', row });
  for (let row = 1; row <= 3; row++) log.add({ code: 'A', column: 'y', message: '', row });
  for (let row = 1; row <= 3; row++) log.add({ code: 'B', message: '', row });
  expect(log.problems.map(({ code, column, row }) => [code, column, row])).toEqual([
    ['A', 'x', 1],
    ['A', 'x', 2],
    ['A', 'y', 1],
    ['A', 'y', 2],
    ['B', undefined, 1],
  ]);
  expect(log.total).toBe(1006);
});
