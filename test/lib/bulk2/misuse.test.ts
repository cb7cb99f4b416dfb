/* oxlint-disable typescript/no-explicit-any, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-argument, typescript/no-unsafe-assignment, typescript/no-unsafe-return -- what types refuse is what is tried here */
import { Readable } from 'node:stream';
import { Connection } from '@jsforce/jsforce-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOrg, type Org } from '../../../local-org/index.ts';
import { BulkV2, InputError, SoqlError, UsageError } from '../../../src/lib/index.js';

/** The library as a program in JavaScript sees it: nothing keeps it from any value. */
type Untyped = any;

let org: Org;
let bulk: Untyped;
let open: Untyped;
const id = '750000000000001AAA';
const insert = { object: 'Account', operation: 'insert' } as const;
const load = (input: unknown, options: object = {}): unknown =>
  bulk.loadAndWaitForResults({ ...insert, input, ...options });
const loadFile = (options: object): unknown => bulk.load({ ...insert, input: [{ Name: 'A' }], ...options });
const connection = (options: object = {}): Untyped =>
  new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '60.0', ...options });
const cycle: Record<string, unknown> = { Name: 'A' };
cycle.Parent = cycle;

beforeAll(async () => {
  org = await startOrg();
  bulk = new BulkV2(connection());
  open = bulk.createJob(insert);
  await open.open();
  await org.resetCounters();
});
afterAll(() => org.stop());

const misuses: ReadonlyArray<readonly [string, () => unknown]> = [
  ['no connection', () => new (BulkV2 as Untyped)()],
  ['a connection that is text', () => new (BulkV2 as Untyped)('me@example.com')],
  [
    'a connection without an org',
    () => new BulkV2(connection({ instanceUrl: '' })).query('SELECT Id FROM Account'),
  ],
  [
    'a connection without a token',
    () => new BulkV2(connection({ accessToken: '' })).query('SELECT Id FROM Account'),
  ],
  [
    'a connection whose address is none',
    () => new BulkV2(connection({ instanceUrl: 'here' })).query('SELECT Id FROM Account'),
  ],
  ['a pollInterval that is text', () => new BulkV2(connection(), { pollInterval: '1' as Untyped })],
  ['a pollTimeout that is NaN', () => new BulkV2(connection(), { pollTimeout: Number.NaN })],
  ['a pollInterval that is set to 0', () => Object.assign(bulk, { pollInterval: 0 })],
  ['a pollTimeout that is set to text', () => Object.assign(bulk, { pollTimeout: '30000' })],
  ['options that are null', () => new BulkV2(connection(), null as Untyped)],
  ['a stateFolder that is a number', () => new BulkV2(connection(), { stateFolder: 1 as Untyped })],

  ['retryPolicy that is a number', () => new BulkV2(connection(), { retryPolicy: 3 as Untyped })],
  ['a retryPolicy of no attempts', () => new BulkV2(connection(), { retryPolicy: { attempts: 0 } })],
  [
    'a retryPolicy that waits NaN ms',
    () => new BulkV2(connection(), { retryPolicy: { firstWaitMs: Number.NaN } }),
  ],
  [
    'a retryPolicy that waits longer than a timer can',
    () => new BulkV2(connection(), { retryPolicy: { longestWaitMs: 2 ** 31 } }),
  ],
  [
    'a retryPolicy with an option that is none',
    () => new BulkV2(connection(), { retryPolicy: { retries: 3 } as Untyped }),
  ],
  ['an onRetry that is no function', () => new BulkV2(connection(), { onRetry: true as Untyped })],
  ['a client that is a number', () => new BulkV2(connection(), { client: 1 as Untyped })],
  ['a client with a line break', () => new BulkV2(connection(), { client: 'me\r\nCookie: a' })],
  ['a client with a comma', () => new BulkV2(connection(), { client: 'me, defaultNamespace=x' })],
  ['an option that is none', () => new BulkV2(connection(), { pollIntervall: 1 } as Untyped)],

  ['createJob without options', () => bulk.createJob()],
  ['createJob of null', () => bulk.createJob(null)],
  ['createJob of text', () => bulk.createJob('Account')],
  ['a job without an operation', () => bulk.createJob({ object: 'Account' })],
  ['a job without an object', () => bulk.createJob({ operation: 'insert' })],
  ['a job with an empty object', () => bulk.createJob({ object: '', operation: 'insert' })],
  ['a job with an object that is none', () => bulk.createJob({ object: {}, operation: 'insert' })],
  ['an unknown operation', () => bulk.createJob({ object: 'Account', operation: 'replace' })],
  ['an operation in capitals', () => bulk.createJob({ object: 'Account', operation: 'INSERT' })],
  ['an unknown delimiter', () => bulk.createJob({ ...insert, columnDelimiter: ';' })],
  ['an unknown line ending', () => bulk.createJob({ ...insert, lineEnding: '\n' })],
  ['another content type', () => bulk.createJob({ ...insert, contentType: 'JSON' })],
  ['an upsert without a field', () => bulk.createJob({ object: 'Account', operation: 'upsert' })],
  [
    'a field that is a number',
    () => bulk.createJob({ object: 'Account', operation: 'upsert', externalIdFieldName: 1 }),
  ],
  ['a query job without a query', () => bulk.createJob({ operation: 'query' })],
  ['a query job with an empty query', () => bulk.createJob({ operation: 'query', query: ' ' })],
  [
    'a query job that inserts',
    () => bulk.createJob({ operation: 'insert', query: 'SELECT Id FROM Account' }),
  ],
  ['a signal that is none', () => bulk.createJob({ ...insert, signal: {} })],
  ['abortJob that is text', () => bulk.createJob({ ...insert, abortJob: 'yes' })],

  ['a signal that only looks like one', () => bulk.createJob({ ...insert, signal: { aborted: false } })],
  ['a job with an option that is none', () => bulk.createJob({ ...insert, externalIdField: 'Id' })],
  ['a job with an option of loads', () => bulk.createJob({ ...insert, pollTimeout: 1_000 })],
  [
    'a query job with an object',
    () => bulk.createJob({ operation: 'query', query: 'SELECT Id FROM Account', object: 'Account' }),
  ],

  ['job without a type', () => bulk.job(undefined, { id })],
  ['job of an unknown type', () => bulk.job('export', { id })],
  ['job without an id', () => bulk.job('ingest', {})],
  ['job without options', () => bulk.job('ingest')],
  ['a job’s id that is none', () => bulk.job('ingest', { id: '../750' })],
  ['a job’s id that is a number', () => bulk.job('query', { id: 750 })],

  ['the id of a job that is not open', () => bulk.createJob(insert).id],
  ['the info of a job that is not open', () => bulk.createJob(insert).getInfo()],
  ['upload before open', () => bulk.createJob(insert).uploadData('Name\nA\n')],
  ['close before open', () => bulk.createJob(insert).close()],
  ['poll before open', () => bulk.createJob(insert).poll()],
  ['check before open', () => bulk.createJob(insert).check()],
  ['abort before open', () => bulk.createJob(insert).abort()],
  ['delete before open', () => bulk.createJob(insert).delete()],
  ['results before open', () => bulk.createJob(insert).getAllResults()],
  ['open a second time', () => open.open()],
  ['open a job that exists', () => bulk.job('ingest', { id }).open()],
  ['poll every NaN ms', () => open.poll(Number.NaN)],
  ['poll every 0 ms', () => open.poll(0)],
  ['poll every -1 ms', () => open.poll(-1)],
  ['poll every "100" ms', () => open.poll('100')],
  ['poll every null ms', () => open.poll(null)],
  ['poll more seldom than a timer can', () => open.poll(2 ** 31)],
  ['poll for NaN ms', () => open.poll(100, Number.NaN)],
  ['poll for "100" ms', () => open.poll(100, '100')],
  ['poll for -1 ms', () => open.poll(100, -1)],

  ['upload nothing', () => open.uploadData()],
  ['upload null', () => open.uploadData(null)],
  ['upload a path', () => open.uploadData('accounts.csv')],
  ['upload empty text', () => open.uploadData('')],
  ['upload bytes', () => open.uploadData(Buffer.from('Name\nA\n'))],
  ['upload a number', () => open.uploadData(1)],
  ['upload true', () => open.uploadData(true)],
  ['upload one record', () => open.uploadData({ Name: 'A' })],
  ['upload a Promise', () => open.uploadData(Promise.resolve([]))],
  ['upload a stream that is gone', () => open.uploadData(Readable.from(['a']).destroy())],
  ['upload a file that is not there', () => open.uploadData({ path: '/there/is/no.csv' })],
  ['upload a folder', () => open.uploadData({ path: '/' })],
  ['upload CSV with a column twice', () => open.uploadData('Name,Name\nA,B\n')],
  ['upload a page of HTML', () => open.uploadData('<!DOCTYPE html>\n<html></html>\n')],

  ['load without options', () => bulk.loadAndWaitForResults()],
  ['load without an input', () => load(undefined)],
  ['load a path', () => load('accounts.csv')],
  ['load an array with null', () => load([null])],
  ['load an array with a hole', () => load(Array.from({ length: 1 }))],
  ['load an array of text', () => load(['accounts.csv'])],
  ['load an array of arrays', () => load([['A']])],
  ['load a cycle', () => load([cycle])],
  ['load a Map', () => load(new Map([['Name', 'A']]))],
  ['load a Blob', () => load(new Blob(['Name\nA\n']))],
  ['load a function', () => load(() => [])],
  ['load NaN', () => load([{ Name: Number.NaN }])],
  ['load a Promise as a value', () => load([{ Name: Promise.resolve('A') }])],
  ['load a URL as a value', () => load([{ Website: new URL('https://example.com') }])],
  ['load a function as a value', () => load([{ Name: () => 'A' }])],
  ['load an invalid date', () => load([{ Name: new Date(Number.NaN) }])],
  ['load a field in two spellings', () => load([{ Name: 'A', NAME: 'B' }])],
  ['load with a pollTimeout of text', () => load('Name\nA\n', { pollTimeout: '60000' })],
  ['load with a pollInterval of NaN', () => load('Name\nA\n', { pollInterval: Number.NaN })],
  ['load with an onJob that is no function', () => load('Name\nA\n', { onJob: 'log' })],

  ['a load of any size without options', () => bulk.load()],
  ['a load of any size of CSV', () => loadFile({ input: 'Name\nA\n' })],
  ['a load of any size of nothing', () => loadFile({ input: [] })],
  ['a load of any size of paths and records', () => loadFile({ input: ['a.csv', { Name: 'A' }] })],
  ['a load of any size without an operation', () => loadFile({ operation: undefined })],
  ['a load of any size with jobs of no bytes', () => loadFile({ limits: { maxJobBytes: 0 } })],
  ['a load of any size with half an upload', () => loadFile({ limits: { concurrency: 0.5 } })],
  ['a load of any size with -1 retries', () => loadFile({ retryFailed: -1 })],
  ['a load of any size that waits for text', () => loadFile({ wait: 'forever' })],
  ['a load of any size that compresses "no"', () => loadFile({ compress: 'no' })],
  ['a load of any size with setAsideInvalid of text', () => loadFile({ setAsideInvalid: 'yes' })],
  ['a load of any size with maxFailures of a number', () => loadFile({ maxFailures: 5 })],
  ['a load of any size with maxFailures of text', () => loadFile({ maxFailures: { rows: '5' } })],
  ['a load of any size with maxFailures of 101 %', () => loadFile({ maxFailures: { percent: 101 } })],
  ['a load of any size with maxFailures of nothing', () => loadFile({ maxFailures: {} })],
  ['a load of any size with resultDir', () => loadFile({ resultDir: 'results' })],
  ['a load of any size with abortJob', () => loadFile({ abortJob: true })],
  ['a load of any size in an unknown format', () => loadFile({ reading: { format: 'xml' } })],
  ['a load of any size with a delimiter of two', () => loadFile({ reading: { delimiter: '||' } })],
  ['a load of any size with an encoding of 8', () => loadFile({ reading: { encoding: 8 } })],
  ['a load of any size with emptyAsNull of 1', () => loadFile({ columns: { emptyAsNull: 1 } })],
  ['a load of any size with columns that are none', () => loadFile({ columns: { ignore: true } })],
  ['a load of any size with a mapping of pairs', () => loadFile({ columns: { mapping: { A: 'Name' } } })],
  [
    'a load of any size with rules that are text',
    () =>
      loadFile({
        columns: { mapping: { rules: ['A=Name'], keepsOtherColumns: true, needsEveryColumn: true } },
      }),
  ],
  ['a load of any size with a limit that is none', () => loadFile({ limits: { rowsPerJob: 5 } })],
  ['a load of any size with events that are an object', () => loadFile({ events: {} })],
  ['a resume with an option that is none', () => bulk.resume(id, { compress: true })],
  ['a resume of no job', () => bulk.resume()],
  ['a resume of a job that no load has', () => bulk.resume(id)],

  ['a query that is missing', () => bulk.query()],
  ['a query that is empty', () => bulk.query('')],
  ['a query that is an object', () => bulk.query({ query: 'SELECT Id FROM Account' })],
  ['a query with another delimiter', () => bulk.query('SELECT Id FROM Account', { columnDelimiter: ',' })],
  ['a query with scanAll as text', () => bulk.query('SELECT Id FROM Account', { scanAll: 'true' })],
  ['a query with an option of others', () => bulk.query('SELECT Id FROM Account', { maxFetch: 10 })],
  ['a query with typed as text', () => bulk.query('SELECT Id FROM Account', { typed: 'yes' })],
  ['a list of jobs in an unknown state', () => bulk.jobs({ state: 'Complete' })],
  ['a list of jobs of an unknown operation', () => bulk.jobs({ operation: 'INSERT' })],
  ['a list of jobs since text', () => bulk.jobs({ since: '2026-01-01' })],
  ['a list of jobs with an option that is none', () => bulk.jobs({ createdBy: id })],
  ['a query with options of null', () => bulk.query('SELECT Id FROM Account', null)],

  ['destroy without a query', () => bulk.destroy()],
  ['destroy of what is no query', () => bulk.destroy('DELETE FROM Account')],
  ['destroy by a query that counts', () => bulk.destroy('SELECT COUNT() FROM Account')],
  ['destroy with Bulk API "2"', () => bulk.destroy('SELECT Id FROM Account', { bulkApiVersion: '2' })],
  ['destroy with an option that is none', () => bulk.destroy('SELECT Id FROM Account', { dryrun: true })],
  ['destroy with events of text', () => bulk.destroy('SELECT Id FROM Account', { events: 'log' })],
  ['destroy with Bulk API 1', () => bulk.destroy('SELECT Id FROM Account', { bulkApiVersion: 1 })],
  [
    'destroy with a threshold of text',
    () => bulk.destroy('SELECT Id FROM Account', { bulkThreshold: '200' }),
  ],
  ['update without a change', () => bulk.update('SELECT Id FROM Account')],
  [
    'update with an option of destroy',
    () => bulk.update('SELECT Id FROM Account', { Name: 'A' }, { hardDelete: true }),
  ],
  ['update with a change of text', () => bulk.update('SELECT Id FROM Account', 'Name')],
  ['update with a change that is an array', () => bulk.update('SELECT Id FROM Account', [{ Name: 'A' }])],
];

describe('what cannot be is a typed error of one line within a second, and nothing is sent', () => {
  test('there are many of them', () => {
    expect(misuses.length).toBeGreaterThanOrEqual(80);
  });

  test.each(misuses)('%s', async (_, misuse) => {
    const before = performance.now();
    let error: unknown;
    try {
      await misuse();
    } catch (reason) {
      error = reason;
    }
    expect(error).toSatisfy(
      (reason) => reason instanceof UsageError || reason instanceof InputError || reason instanceof SoqlError,
    );
    expect((error as Error).message).toMatch(/^[^\n]+$/);
    expect(performance.now() - before).toBeLessThan(1_000);
    expect((await org.counters()).requests).toEqual({});
  });
});

test.each([
  [{ resultDir: 'results' }, '"resultDir" is not an option of load().', 'Did you mean resultsDir?'],
  [{ limits: { maxBytes: 1 } }, '"maxBytes" is not an option of limits of load().', 'maxJobBytes'],
  [{ setAsideInvalid: 'yes' }, 'setAsideInvalid of load() is "yes", and must be true or false.', undefined],
])('an option is named with its call, and what it may have been: %j', async (options, message, action) => {
  const error: UsageError = await Promise.resolve(loadFile(options)).then(
    () => new UsageError('none'),
    (reason: unknown) => reason as UsageError,
  );
  expect(error.message).toBe(message);
  expect(error.actions.join()).toContain(action ?? '');
});

test('an option that is undefined is not there, whatever its name', () => {
  expect(() => bulk.createJob({ ...insert, signal: undefined, mySignal: undefined })).not.toThrow();
});

test('a job is had by the whole info of a job', () => {
  expect(bulk.job('ingest', { id, ...insert, state: 'Open' }).id).toBe(id);
});
