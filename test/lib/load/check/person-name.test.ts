import { expect, test } from 'vitest';
import type { IngestOperation, SObjectDescribe } from '../../../../src/lib/api/types.js';
import { checkHeader } from '../../../../src/lib/load/check/header.js';
import { ProblemLog, ValueCheck } from '../../../../src/lib/load/check/values.js';
import { account, describeOf, fakeField, fakeObject } from '../../describe/fake-describe.ts';
import { record } from './records.ts';

const withPersons = fakeObject('Account', '001', [
  ...account.fields,
  fakeField('LastName'),
  fakeField('FirstName'),
  fakeField('IsPersonAccount', { type: 'boolean', createable: false }),
]);

type Input = {
  readonly operation: IngestOperation;
  readonly header: string;
  readonly object?: SObjectDescribe;
};

/** The problems of some rows, each as `CODE row column`. */
async function problemsOf({ operation, header, object = withPersons }: Input, ...rows: string[]) {
  const columns = header.split(',');
  const check = await checkHeader({ operation, columns, describe: object, describeOf });
  expect(check.problems).toEqual([]);
  const log = new ProblemLog();
  const values = new ValueCheck({ operation, describe: object, columns: check.columns, log });
  for (const [index, row] of rows.entries()) values.visit(record(...row.split(',')), index + 1);
  return log.problems.map(({ code, row, column }) => `${code} ${row ?? ''} ${column ?? ''}`);
}

const id = '001000000000001AAA';

test('a file may have businesses with a name and persons with a last name', async () => {
  const rows = ['Acme,,', ',Li,', ',Li,Ann', '"Acme","",""', '"","Li",""', 'Acme,#N/A,', '"#N/A",Li,'];
  expect(await problemsOf({ operation: 'insert', header: 'Name,LastName,FirstName' }, ...rows)).toEqual([]);
});

test('a new account with both names is told, and one with neither', async () => {
  const rows = ['Acme,Li,', ',,Ann', '"Acme","Li",', '"",#N/A,Ann', 'Acme,,'];
  expect(await problemsOf({ operation: 'insert', header: 'Name,LastName,FirstName' }, ...rows)).toEqual([
    'NAME_OF_PERSON 1 Name',
    'REQUIRED_EMPTY 2 Name',
    'NAME_OF_PERSON 3 Name',
    'REQUIRED_EMPTY 4 Name',
  ]);
});

test('an account that exists has no two names either, and may be given none', async () => {
  const input = { operation: 'update', header: 'Id,LastName,Name' } as const;
  expect(await problemsOf(input, `${id},Li,Ann Li`, `${id},,`, `${id},Li,`, `${id},,Acme`)).toEqual([
    'NAME_OF_PERSON 1 Name',
  ]);
});

test('nothing is told where only one of the names is a column, nor of other objects', async () => {
  expect(await problemsOf({ operation: 'insert', header: 'LastName,FirstName' }, ',Ann', 'Li,Ann')).toEqual(
    [],
  );
  const others = fakeObject('Thing__c', 'a00', [fakeField('Name'), fakeField('Last_Name__c')]);
  const ofOthers = { operation: 'insert', header: 'Name,Last_Name__c', object: others } as const;
  expect(await problemsOf(ofOthers, 'A,B', ',B')).toEqual([]);
});
