import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { InputError, RowCountError } from '../../../src/lib/index.js';
import { jobAnswer } from '../../support/job-answer.ts';
import { openBulk } from './open-bulk.ts';

const accounts = { object: 'Account', operation: 'insert' } as const;

test('records can come as a stream of objects', async () => {
  const { org, bulk } = await openBulk();
  const input = Readable.from([{ Name: 'A' }, { Name: 'B', Phone: '1' }]);
  await bulk.loadAndWaitForResults({ ...accounts, input });
  expect(await org.records('Account')).toMatchObject([{ Name: 'A' }, { Name: 'B', Phone: '1' }]);
});

const unholdable = { Name: () => 'x' };
test.each([
  ['an array', [unholdable]],
  ['a stream', Readable.from([unholdable])],
])('a value that no cell can hold is refused before anything is sent: %s', async (_, input) => {
  const { org, bulk } = await openBulk();
  await expect(bulk.loadAndWaitForResults({ ...accounts, input })).rejects.toThrow(InputError);
  expect((await org.jobs()).filter(({ state }) => state !== 'Aborted')).toEqual([]);
});

test.each([
  ['an array', []],
  ['a stream of objects', Readable.from([])],
  ['CSV', 'Name\n'],
])('%s of nothing sends nothing', async (_, input) => {
  const { org, bulk } = await openBulk();
  const results = await bulk.loadAndWaitForResults({ ...accounts, input });
  expect(results).toEqual({ successfulResults: [], failedResults: [], unprocessedRecords: [] });
  expect(await org.jobs()).toEqual([]);
});

test.each(['', Readable.from([], { objectMode: false })])('no bytes are refused', async (input) => {
  const { org, bulk } = await openBulk();
  await expect(bulk.loadAndWaitForResults({ ...accounts, input })).rejects.toThrow('no header line');
  expect(await org.jobs()).toEqual([]);
});

test.each([
  ['text', '\uFEFFName\nA\n'],
  ['bytes', Readable.from([Buffer.from('\uFEFFName\nA\n')], { objectMode: false })],
])('a byte order mark is no part of the first column: %s', async (_, input) => {
  const { bulk } = await openBulk();
  const { successfulResults } = await bulk.loadAndWaitForResults({ ...accounts, input });
  expect(successfulResults).toMatchObject([{ Name: 'A' }]);
});

test.each([
  ['array', [{ Name: 'A' }, { Name: 'B' }]],
  ['CSV', 'Name\nA\nB\n'],
  ['stream', Readable.from([{ Name: 'A' }, { Name: 'B' }])],
])('results that lack a row of the input are an error: %s', async (_, input) => {
  const { org, bulk } = await openBulk({ orgId: '00DLo0000000001' });
  // The org has the figures of a smaller job, and its results agree with them.
  const sets = {
    successful: '"sf__Id","sf__Created",Name\n"001000000000001AAA","true","A"\n',
    failed: '"sf__Id","sf__Error",Name\n',
    unprocessed: 'Name\n',
  };
  for (const [name, csv] of Object.entries(sets))
    await org.faults.add({ endpoint: `ingest.results.${name}`, action: answer(csv, 'text/csv') });
  const figures = { numberRecordsProcessed: 1, numberRecordsFailed: 0 };
  const ended = jobAnswer({ id: firstJobId, state: 'JobComplete', ...figures });
  await org.faults.add({ endpoint: 'ingest.info', action: answer(JSON.stringify(ended)) });
  const load = bulk.loadAndWaitForResults({ ...accounts, input });
  await expect(load).rejects.toThrow(RowCountError);
  await expect(load).rejects.toThrow('was sent 2 rows');
});

test('results with one row twice in the place of another are an error that names both', async () => {
  const { org, bulk } = await openBulk();
  const input = ['a', 'b', 'c'].map((key) => ({ Name: key, External_Id__c: key }));
  const rows = ['a', 'b', 'b'].map((key) => `"001000000000001AAA","true","${key}","${key}"`);
  const csv = ['"sf__Id","sf__Created","Name","External_Id__c"', ...rows, ''].join('\n');
  const lie = {
    endpoint: 'ingest.results.successful',
    count: 'always',
    action: answer(csv, 'text/csv'),
  } as const;
  await org.faults.add(lie);
  const upsert = { object: 'Account', operation: 'upsert', externalIdFieldName: 'External_Id__c' } as const;
  const load = bulk.loadAndWaitForResults({ ...upsert, input });
  await expect(load).rejects.toThrow(RowCountError);
  await expect(load).rejects.toThrow('"b" (input, row 2) more than once, and "c" (input, row 3) none.');
}, 30_000);

/** What an org of that id calls the first job that it creates. */
const firstJobId = '750Lo0000000001IAA';

function answer(body: string, type = 'application/json') {
  return { kind: 'answer', status: 200, body, headers: { 'content-type': type } } as const;
}
