import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import { InputError, RowCountError, UsageError, type BulkInput } from '../../../src/lib/index.js';
import { jobAnswer } from '../../support/job-answer.ts';
import { tempFolder } from '../../support/temp-folder.ts';
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
  // However often it is asked: the job itself may still be at work.
  const count = 'always';
  for (const [name, csv] of Object.entries(sets))
    await org.faults.add({ endpoint: `ingest.results.${name}`, count, action: answer(csv, 'text/csv') });
  const figures = { numberRecordsProcessed: 1, numberRecordsFailed: 0 };
  const ended = jobAnswer({ id: firstJobId, state: 'JobComplete', ...figures });
  await org.faults.add({ endpoint: 'ingest.info', count, action: answer(JSON.stringify(ended)) });
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

describe('an input that is rather something else is refused, and nothing is sent', () => {
  const csv = (): Readable => Readable.from(['Name\nA\n']);
  const spent = csv();
  beforeAll(() => spent.toArray());
  test.each<[string, () => unknown, RegExp]>([
    ['the path of a file', () => 'accounts.csv', /one line/],
    ['a stream that was read', () => spent, /read already/],
    ['a stream that is being read', () => csv().on('data', () => undefined), /being read/],
    ['a stream that was destroyed', () => csv().destroy(), /read already/],
    ['bytes', () => Buffer.from('Name\nA\n'), /bytes in memory/],
    ['a Blob', () => new Blob(['Name\nA\n']), /Blob/],
    ['a Promise', () => Promise.resolve('Name\nA\n'), /Promise/],
    ['a number', () => 1, /a number/],
    ['nothing', () => undefined, /undefined/],
    ['null', () => null, /null/],
    ['one record', () => ({ Name: 'A' }), /one object/],
    ['a function', () => () => [], /a function/],
    ['a path that is no text', () => ({ path: 1 }), /path/],
    ['a file that is not there', () => ({ path: '/there/is/no.csv' }), /no such file/],
    ['an array with null', () => [{ Name: 'A' }, null], /records, row 2: The record is missing/],
    ['an array with a hole', () => Array.from({ length: 1 }), /records, row 1/],
    ['an array of paths', () => ['accounts.csv'], /records, row 1: .*{ path }/],
    ['an array of Maps', () => [new Map([['Name', 'A']])], /records, row 1: .*Map/],
    ['an array of arrays', () => [['Name', 'A']], /records, row 1: .*Array/],
    ['a stream of numbers', () => Readable.from([1, 2]), /records, row 1: .*number/],
    [
      'a stream that turns from CSV to records',
      () => Readable.from(['Name\n', { Name: 'A' }]),
      /goes on with/,
    ],
  ])('%s', async (_, input, message) => {
    const { org, bulk } = await openBulk();
    const job = bulk.createJob(accounts);
    await job.open();
    for (const load of [
      () => bulk.loadAndWaitForResults({ ...accounts, input: input() as never }),
      () => job.uploadData(input() as never),
    ]) {
      const error = await load().then(
        () => undefined,
        (reason: unknown) => reason as Error,
      );
      expect(error).toSatisfy((reason) => reason instanceof UsageError || reason instanceof InputError);
      expect(error?.message).toMatch(message);
      expect(error?.message).not.toContain('\n');
    }
    expect(await org.jobs()).toMatchObject([{ state: 'Open' }]);
    expect((await org.counters()).requests['ingest.upload']).toBeUndefined();
  });
});

test('a path in the place of CSV is answered with the way to give one', async () => {
  const { bulk } = await openBulk();
  const load = bulk.loadAndWaitForResults({ ...accounts, input: 'accounts.csv' });
  await expect(load).rejects.toMatchObject({
    actions: [expect.stringContaining('{ path: "accounts.csv" }')],
  });
});

test('a generator is read once', async () => {
  const { org, bulk } = await openBulk();
  const input = (function* () {
    yield { Name: 'A' };
  })();
  await bulk.loadAndWaitForResults({ ...accounts, input });
  await expect(bulk.loadAndWaitForResults({ ...accounts, input })).rejects.toThrow('read already');
  expect(await org.records('Account')).toHaveLength(1);
});

class Customer {
  Name = 'A';
}

test.each<[string, () => BulkInput]>([
  ['a Set', () => new Set([{ Name: 'A' }])],
  ['instances of a class', () => [new Customer()]],
  ['a generator of CSV', () => Readable.from(['Na', 'me\nA\n'])],
  ['a web stream', () => new Blob(['Name\nA\n']).stream() as AsyncIterable<object>],
  ['objects of another realm', () => runInNewContext('[{ Name: "A" }]') as object[]],
])('%s is loaded', async (_, input) => {
  const { org, bulk } = await openBulk();
  await bulk.loadAndWaitForResults({ ...accounts, input: input() });
  expect(await org.records('Account')).toMatchObject([{ Name: 'A' }]);
});

test.each([
  ['accounts.csv', 'Name;Phone\r\nA;1\r\n'],
  ['accounts.ndjson', '{"Name":"A","Phone":"1"}\n'],
])('a file is loaded by its path: %s', async (name, content) => {
  const { org, bulk } = await openBulk();
  const path = join(await tempFolder(), name);
  await writeFile(path, content);
  const job = bulk.createJob(accounts);
  await job.open();
  await job.uploadData({ path });
  await job.close();
  await job.poll();
  await bulk.loadAndWaitForResults({ ...accounts, input: { path } });
  expect(await org.records('Account')).toMatchObject([
    { Name: 'A', Phone: '1' },
    { Name: 'A', Phone: '1' },
  ]);
});

test('text may be cut between the halves of a character', async () => {
  const { org, bulk } = await openBulk();
  const input = Readable.from(['Name\n\uD83D', '\uDE00\n']);
  await bulk.loadAndWaitForResults({ ...accounts, input });
  expect(await org.records('Account')).toMatchObject([{ Name: '😀' }]);
});

describe('the job’s delimiter and line ending are chosen from the data', () => {
  test.each<[string, BulkInput, string]>([
    ['records with CRLF in a value', [{ Name: 'a\r\nb' }], 'a\r\nb'],
    ['records with LF in a value', [{ Name: 'a\nb' }], 'a\nb'],
    ['CSV of CRLF and semicolons', 'Name;Phone\r\n"a;b";1\r\n', 'a;b'],
    ['CSV of LF with CRLF in a value', 'Name\n"a\r\nb"\n', 'a\r\nb'],
    ['CSV that ends its lines in both ways', 'Name\r\na\nb\r\n', 'a'],
  ])('%s', async (_, input, name) => {
    const { org, bulk } = await openBulk();
    const { failedResults } = await bulk.loadAndWaitForResults({ ...accounts, input });
    expect(failedResults).toEqual([]);
    expect((await org.records('Account'))[0]).toMatchObject({ Name: name });
  });

  test.each<[string, BulkInput]>([
    ['records', [{ Name: 'a\r\nb', Phone: '1' }]],
    ['CSV', 'Name,Phone\r\n"a\r\nb",1\r\n'],
    ['CSV with semicolons', 'Name;Phone\r\n"a\r\nb";1\r\n'],
  ])('data go into an open job in its own form: %s', async (_, input) => {
    const { org, bulk } = await openBulk();
    const job = bulk.createJob(accounts);
    await job.open();
    await job.uploadData(input);
    await job.close();
    await job.poll();
    expect(await org.records('Account')).toMatchObject([{ Name: 'a\nb', Phone: '1' }]);
  });

  test('what the caller says counts', async () => {
    const { org, bulk } = await openBulk();
    const form = { columnDelimiter: 'PIPE', lineEnding: 'CRLF' } as const;
    await bulk.loadAndWaitForResults({ ...accounts, ...form, input: 'Name|Phone\na,b|1\n' });
    expect(await org.records('Account')).toMatchObject([{ Name: 'a,b', Phone: '1' }]);
    const [job] = await org.jobs();
    expect(await readFile(job?.content?.path ?? '', 'utf8')).toBe('Name|Phone\r\na,b|1\r\n');
  });
});

describe('a signal ends the reading of an input that has stalled', () => {
  const stalled = (): Readable => new Readable({ read: () => undefined });
  const stalledGenerator = async function* () {
    yield { Name: 'A' };
    await new Promise(() => undefined);
  };
  test.each<[string, () => BulkInput]>([
    ['a stream', stalled],
    ['a generator', stalledGenerator],
  ])('with the signal’s own reason, and the job can still be used: %s', async (_, input) => {
    const { org, bulk } = await openBulk();
    const reason = new Error('enough');
    const stop = new AbortController();
    const job = bulk.createJob({ ...accounts, signal: stop.signal });
    await job.open();
    const upload = job.uploadData(input());
    setImmediate(() => stop.abort(reason));
    await expect(upload).rejects.toBe(reason);
    const { signal } = stop;
    await expect(bulk.loadAndWaitForResults({ ...accounts, input: input(), signal })).rejects.toBe(reason);
    expect(await org.job(job.id)).toMatchObject({ state: 'Open' });
  });
});
