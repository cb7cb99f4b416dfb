import { Connection } from '@jsforce/jsforce-node';
import { describe, expect, test } from 'vitest';
import {
  UsageError,
  ApiError,
  BulkV2,
  PollingTimeoutError,
  SessionExpiredError,
  type IngestJobV2,
} from '../../../src/lib/index.js';
import { addAccounts, openBulk } from './open-bulk.ts';

const accounts = { object: 'Account', operation: 'insert' } as const;
const reason = new Error('enough');

describe('errors are those that programs for jsforce test', () => {
  test('a refusal of the org has its code as name and errorCode', async () => {
    const { bulk } = await openBulk();
    const query = bulk.query('SELECT Nope FROM Account');
    await expect(query).rejects.toBeInstanceOf(ApiError);
    await expect(query).rejects.toMatchObject({ name: 'INVALID_FIELD', errorCode: 'INVALID_FIELD' });
    const job = bulk.createJob({ ...accounts, object: 'Nope__c' });
    const opened = job.open();
    await expect(opened).rejects.toSatisfy(({ name, errorCode }) => name === errorCode);
    await expect(opened).rejects.toBeInstanceOf(ApiError);
  });

  test('a session that has ended is INVALID_SESSION_ID', async () => {
    const { org } = await openBulk();
    const connection = new Connection({ instanceUrl: org.url, accessToken: 'no', version: '60.0' });
    await using bulk = new BulkV2(connection);
    const load = bulk.loadAndWaitForResults({ ...accounts, input: [{ Name: 'A' }] });
    await expect(load).rejects.toBeInstanceOf(SessionExpiredError);
    await expect(load).rejects.toMatchObject({ name: 'INVALID_SESSION_ID', errorCode: 'INVALID_SESSION_ID' });
  });

  test('a wait that runs out is a JobPollingTimeout with the id of the job', async () => {
    const { bulk } = await openBulk({ batchDelayMs: 400 });
    let job: IngestJobV2 | undefined;
    const onJob = (each: IngestJobV2) => (job = each);
    const load = bulk.loadAndWaitForResults({ ...accounts, input: 'Name\nA\n', pollTimeout: 5, onJob });
    await expect(load).rejects.toBeInstanceOf(PollingTimeoutError);
    await expect(load).rejects.toMatchObject({ name: 'JobPollingTimeout', jobId: job?.id });
    await job?.poll();
  });
});

describe('a signal ends a call with its own reason', () => {
  test('while a job is polled; the job knows its id and can be aborted', async () => {
    const { org, bulk } = await openBulk();
    const hold = await org.faults.add({
      endpoint: 'ingest.process',
      action: { kind: 'hold', when: 'before' },
    });
    const stop = new AbortController();
    let job: IngestJobV2 | undefined;
    const options = { input: 'Name\nA\n', signal: stop.signal, onJob: (each: IngestJobV2) => (job = each) };
    const load = bulk.loadAndWaitForResults({ ...accounts, ...options });
    const refused = expect(load).rejects.toBe(reason);
    await hold.hit();
    stop.abort(reason);
    await refused;
    await job?.abort();
    await hold.release();
    expect(await org.job(job?.id ?? '')).toMatchObject({ state: 'Aborted' });
  });

  test('while a job is opened; its id comes, and it can be aborted', async () => {
    const { org, bulk } = await openBulk();
    const hold = await org.faults.add({ endpoint: 'ingest.create', action: { kind: 'hold', when: 'after' } });
    const stop = new AbortController();
    const job = bulk.createJob({ ...accounts, signal: stop.signal });
    const opened = job.open();
    const refused = expect(opened).rejects.toBe(reason);
    await hold.hit();
    stop.abort(reason);
    await refused;
    await hold.release();
    expect(await job.abort()).toMatchObject({ state: 'Aborted' });
    expect(await org.job(job.id)).toMatchObject({ state: 'Aborted' });
  });

  test.each(['query', 'destroy', 'load'] as const)('before anything is sent: %s', async (call) => {
    const { org, bulk } = await openBulk();
    const signal = AbortSignal.abort(reason);
    const soql = 'SELECT Id FROM Account';
    const calls = {
      query: () => bulk.query(soql, { signal }),
      destroy: () => bulk.destroy(soql, { signal }),
      load: () => bulk.load({ ...accounts, input: [{ Name: 'A' }], signal }),
    };
    await expect(calls[call]()).rejects.toBe(reason);
    expect((await org.counters()).requests).toEqual({});
  });

  test('and aborts the job in the org where it is told to, which is told once', async () => {
    const { org, bulk } = await openBulk({ queryDelayMs: 60_000 });
    addAccounts(org, 1);
    const stop = new AbortController();
    const told: string[] = [];
    const query = bulk.query('SELECT Id FROM Account', {
      signal: stop.signal,
      abortJob: true,
      onJob: (job) => {
        job.on('aborted', ({ id }) => told.push(id));
        job.once('inProgress', () => stop.abort(reason));
      },
    });
    await expect(query).rejects.toBe(reason);
    expect(told).toHaveLength(1);
    expect(await bulk.job('query', { id: told[0] ?? '' }).check()).toMatchObject({ state: 'Aborted' });
  });
});

test('a job that was aborted tells it once, polled or not', async () => {
  const { bulk } = await openBulk();
  const job = bulk.createJob(accounts);
  let told = 0;
  job.on('aborted', () => (told += 1));
  await job.open();
  await job.abort();
  await expect(job.poll()).rejects.toThrow('Aborted');
  await expect(job.poll()).rejects.toThrow('Aborted');
  expect(told).toBe(1);
});

test('what is no option of the service never reaches it: refused, or left out where it is undefined', async () => {
  const { org, bulk } = await openBulk();
  expect(() => bulk.createJob({ ...accounts, ...{ pollTimeout: 1, note: 'x' } })).toThrow(UsageError);
  expect((await org.counters()).requests).toEqual({});
  const job = bulk.createJob({ ...accounts, ...{ pollTimeout: undefined, note: undefined } });
  expect(await job.open()).toMatchObject({ state: 'Open' });
});
