import { afterEach, expect, test, vi } from 'vitest';
import { checkHeader, type CheckedColumn } from '../../../../src/lib/load/check/header.js';
import { DuplicateKeyCheck, uniqueColumn } from '../../../../src/lib/load/check/duplicate-keys.js';
import { KeyHasher } from '../../../../src/lib/load/check/key.js';
import { account } from '../../describe/fake-describe.ts';
import { record } from './records.ts';

type File = { readonly name?: string; readonly rows: readonly string[] };

async function keyColumn(): Promise<CheckedColumn> {
  const columns = ['Name', 'Ext__c'];
  const request = { operation: 'upsert', columns, describe: account, externalIdField: 'Ext__c' } as const;
  return uniqueColumn((await checkHeader(request)).columns, 'upsert')!;
}

async function check(...files: readonly File[]) {
  const column = await keyColumn();
  const duplicates = new DuplicateKeyCheck();
  const look = (visitorOf: (file: File) => ReturnType<DuplicateKeyCheck['collector']>) => {
    for (const file of files) {
      const visit = visitorOf(file);
      file.rows.forEach((row, index) => {
        visit(record(...row.split(',')), index + 1);
      });
    }
  };
  look(() => duplicates.collector(column));
  const hasCandidates = duplicates.candidates();
  if (hasCandidates) look(({ name }) => duplicates.verifier(column, name));
  duplicates.close();
  return { hasCandidates, problems: duplicates.problems(column), warnings: duplicates.warnings(column) };
}

afterEach(() => {
  vi.restoreAllMocks();
});

test('keys that occur once need no second look', async () => {
  const result = await check({ rows: ['x,a', 'x,b', 'x,', 'x,', 'x,#N/A', 'x,#N/A', 'x'] });
  expect(result).toEqual({ hasCandidates: false, problems: [], warnings: [] });
});

test('a repeated key is told at its second row, with the first', async () => {
  const { problems } = await check({ rows: ['x,a', 'x,b', 'x,"A"', 'x,c', 'x,B', 'x,b'] });
  expect(problems).toEqual([
    { code: 'DUPLICATE_KEY', row: 3, column: 'Ext__c', message: '"A" is also in row 1, as "a".' },
    {
      code: 'DUPLICATE_KEY',
      row: 5,
      column: 'Ext__c',
      message: '"B" is also in row 2, as "b". It occurs 3 times in all.',
    },
  ]);
});

test('a key may be repeated in another file', async () => {
  const { problems } = await check(
    { name: 'a.csv', rows: ['x,a', 'x,b'] },
    { name: 'b.csv', rows: ['x,c', 'x,b'] },
  );
  expect(problems).toEqual([
    {
      code: 'DUPLICATE_KEY',
      file: 'b.csv',
      row: 2,
      column: 'Ext__c',
      message: '"b" is also in a.csv, row 2.',
    },
  ]);
});

test('keys that only share a hash are never reported', async () => {
  vi.spyOn(KeyHasher.prototype, 'high', 'get').mockReturnValue(1);
  vi.spyOn(KeyHasher.prototype, 'low', 'get').mockReturnValue(1);
  const { hasCandidates, problems } = await check({ rows: ['x,a', 'x,b', 'x,c', 'x,B'] });
  expect(hasCandidates).toBe(true);
  expect(problems.map(({ row, message }) => [row, message])).toEqual([[4, '"B" is also in row 2, as "b".']]);
});

test('many repeats of one key are counted', async () => {
  const { problems } = await check({ rows: Array.from({ length: 500 }, () => 'x,a') });
  expect(problems.map(({ row, message }) => [row, message])).toEqual([
    [2, '"a" is also in row 1. It occurs 500 times in all.'],
  ]);
});

test('the warning names both rows of the first key as it is written, and counts the other keys', async () => {
  const { warnings } = await check(
    { name: 'a.csv', rows: ['x,Aa', 'x,b'] },
    { name: 'b.csv', rows: ['x,B', 'x,AA', 'x,b'] },
  );
  expect(warnings.map(({ message }) => message)).toEqual([
    'The key "b" (Ext__c) is in a.csv, row 2 and in b.csv, row 1. Either row may win. 1 more key occurs more than once.' +
      ' To refuse such files, add --duplicate-keys refuse.',
  ]);
});

test('of very many repeated keys the warning tells the least number', async () => {
  const rows = Array.from({ length: 200 }, (_, row) => `x,${row % 100}`);
  expect((await check({ rows })).warnings[0]?.message).toContain('at least 49 more keys occur');
});

test('an insert has no column whose values must differ', async () => {
  const { columns } = await checkHeader({ operation: 'insert', columns: ['Name'], describe: account });
  expect(uniqueColumn(columns, 'insert')).toBeUndefined();
});
