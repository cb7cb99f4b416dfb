import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Org } from '../../start.ts';
import { Client, errorOf } from './client.ts';
import { startOrg } from './over-tls.ts';

let org: Org;
let client: Client;

beforeAll(async () => {
  org = await startOrg();
  client = new Client(org);
});
afterAll(() => org.stop());

const insert = { object: 'Account', operation: 'insert' };

describe('closing and aborting', () => {
  const short =
    'id operation object createdById createdDate systemModstamp state concurrencyMode contentType apiVersion'.split(
      ' ',
    );

  it('answers in the short form', async () => {
    const closed = await client.close(await client.createIngest(insert));
    expect(Object.keys(closed.json)).toEqual(short);
    expect(closed.json.state).toBe('UploadComplete');
    const id = await client.createIngest({
      object: 'Account',
      operation: 'upsert',
      externalIdFieldName: 'Id',
    });
    const aborted = await client.ask(`PATCH jobs/ingest/${id}`, { json: { state: 'Aborted' } });
    expect(Object.keys(aborted.json)).toEqual(short.toSpliced(7, 0, 'externalIdFieldName'));
    expect(aborted.json.state).toBe('Aborted');
  });

  it('refuses to abort a finished job and to close one twice', async () => {
    const id = await client.load(insert, 'Name\nA\n');
    expect(errorOf(await client.ask(`PATCH jobs/ingest/${id}`, { json: { state: 'Aborted' } }))).toEqual({
      status: 400,
      errorCode: 'INVALIDJOBSTATE',
      message: 'Aborting already Completed Job not allowed',
    });
    expect(errorOf(await client.close(id))).toEqual({
      status: 400,
      errorCode: 'INVALIDJOBSTATE',
      message: 'Closing already Completed Job not allowed',
    });
  });

  it('refuses to close an aborted job, in words that can be chosen', async () => {
    await using other = await startOrg({ quirks: { closeAbortedText: 'Too late' } });
    for (const [door, message] of [
      [org, 'Closing already aborted Job not allowed'],
      [other, 'Too late'],
    ] as const) {
      const to = new Client(door);
      const id = await to.createIngest(insert);
      await to.ask(`PATCH jobs/ingest/${id}`, { json: { state: 'Aborted' } });
      expect(errorOf(await to.close(id)).message).toBe(message);
    }
  });

  it('refuses any other state', async () => {
    const id = await client.createIngest(insert);
    expect(errorOf(await client.ask(`PATCH jobs/ingest/${id}`, { json: { state: 'Open' } }))).toMatchObject({
      errorCode: 'API_ERROR',
    });
  });

  it('stops an aborted job between batches and keeps what was done', async () => {
    await using slow = await startOrg({ batchRows: 2 });
    const to = new Client(slow);
    const hold = await slow.faults.add({
      endpoint: 'ingest.process',
      action: { kind: 'hold', when: 'after', afterBatches: 1 },
    });
    const id = await to.submit(insert, 'Name\nA\nB\nC\nD\nE\n');
    await hold.hit();
    await to.ask(`PATCH jobs/ingest/${id}`, { json: { state: 'Aborted' } });
    await hold.release();
    expect((await to.ask(`GET jobs/ingest/${id}`)).json).toMatchObject({
      state: 'Aborted',
      numberRecordsProcessed: 2,
    });
    expect((await to.ask(`GET jobs/ingest/${id}/unprocessedrecords`)).text).toBe('Name\nC\nD\nE\n');
    expect([...slow.database.scan('Account')]).toHaveLength(2);
  });
});

describe('asking for a job', () => {
  const head =
    'id operation object createdById createdDate systemModstamp state concurrencyMode contentType apiVersion jobType';
  const timers = 'retries totalProcessingTime apiActiveProcessingTime apexProcessingTime';

  it('shows the upload address but no record counts before the upload, and counts of 0 after it', async () => {
    const id = await client.createIngest(insert);
    const before = (await client.ask(`GET jobs/ingest/${id}`)).json;
    expect(Object.keys(before).join(' ')).toBe(`${head} contentUrl lineEnding columnDelimiter ${timers}`);
    expect(before).toMatchObject({ jobType: 'V2Ingest', retries: 0, totalProcessingTime: 0 });
    await client.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\nA\n' });
    const after = (await client.ask(`GET jobs/ingest/${id}`)).json;
    expect(after).toMatchObject({ numberRecordsProcessed: 0, numberRecordsFailed: 0 });
    expect(after).toHaveProperty('contentUrl');
  });

  it('has exactly these keys once complete, and failures count as processed', async () => {
    const id = await client.load(insert, 'Name\nA\n""\n');
    const { json } = await client.ask(`GET jobs/ingest/${id}`);
    expect(Object.keys(json).join(' ')).toBe(
      `${head} lineEnding columnDelimiter numberRecordsProcessed numberRecordsFailed ${timers}`,
    );
    expect(json).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 2, numberRecordsFailed: 1 });
  });

  it('may have processed all of its rows while it is still InProgress', async () => {
    await using slow = await startOrg();
    const to = new Client(slow);
    const hold = await slow.faults.add({
      endpoint: 'ingest.process',
      action: { kind: 'hold', when: 'after', afterBatches: 1 },
    });
    const id = await to.submit(insert, 'Name\nA\nB\n');
    await hold.hit();
    expect((await to.ask(`GET jobs/ingest/${id}`)).json).toMatchObject({
      state: 'InProgress',
      numberRecordsProcessed: 2,
    });
    await hold.release();
    expect((await to.finished('ingest', id)).state).toBe('JobComplete');
  });

  it('is of the type BigObjectIngest for a big object', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'big-object-'));
    const schema = join(folder, 'Reading__b.json');
    await writeFile(
      schema,
      JSON.stringify({ name: 'Reading__b', fields: [{ name: 'At__c', type: 'date' }] }),
    );
    await using other = await startOrg({ schema: [schema] });
    await rm(folder, { recursive: true });
    const to = new Client(other);
    const id = await to.createIngest({ object: 'Reading__b', operation: 'insert' });
    expect((await to.ask(`GET jobs/ingest/${id}`)).json.jobType).toBe('BigObjectIngest');
    const { json } = await to.ask('GET jobs/ingest?jobType=BigObjectIngest');
    expect(json.records).toMatchObject([{ id }]);
  });

  it('has no upload address once it is not Open any more', async () => {
    const id = await client.createIngest(insert);
    await client.ask(`PATCH jobs/ingest/${id}`, { json: { state: 'Aborted' } });
    expect((await client.ask(`GET jobs/ingest/${id}`)).json).not.toHaveProperty('contentUrl');
  });

  it('adds errorMessage to failed jobs only, and isPkChunkingSupported from v61', async () => {
    await using other = await startOrg({ quirks: { pkChunkingFlag: 'before-error' } });
    const keys = async (door: Org): Promise<string> => {
      const to = new Client(door, 'v61.0');
      const id = await to.load(insert, 'Nope\nA\n');
      return Object.keys((await to.ask(`GET jobs/ingest/${id}`)).json)
        .slice(-3)
        .join(' ');
    };
    expect(await keys(org)).toBe('apexProcessingTime errorMessage isPkChunkingSupported');
    expect(await keys(other)).toBe('apexProcessingTime isPkChunkingSupported errorMessage');
  });

  it('goes through Open, UploadComplete, InProgress and JobComplete', async () => {
    await using slow = await startOrg();
    const to = new Client(slow);
    const before = await slow.faults.add({
      endpoint: 'ingest.process',
      action: { kind: 'hold', when: 'before' },
    });
    const during = await slow.faults.add({
      endpoint: 'ingest.process',
      action: { kind: 'hold', when: 'after' },
    });
    const id = await to.createIngest(insert);
    const state = async (): Promise<unknown> => (await to.ask(`GET jobs/ingest/${id}`)).json.state;
    await to.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\nA\n' });
    expect(await state()).toBe('Open');
    await to.close(id);
    await before.hit();
    expect(await state()).toBe('UploadComplete');
    await before.release();
    await during.hit();
    expect(await state()).toBe('InProgress');
    await during.release();
    expect((await to.finished('ingest', id)).state).toBe('JobComplete');
  });
});

describe('deleting a job', () => {
  it('answers 204, and 404 from then on', async () => {
    const id = await client.load(insert, 'Name\nA\n');
    expect((await client.ask(`DELETE jobs/ingest/${id}`)).status).toBe(204);
    for (const address of [
      `GET jobs/ingest/${id}`,
      `DELETE jobs/ingest/${id}`,
      `PATCH jobs/ingest/${id}`,
      `PUT jobs/ingest/${id}/batches`,
      `GET jobs/ingest/${id}/successfulResults`,
      `GET jobs/ingest/${id}/failedResults`,
      `GET jobs/ingest/${id}/unprocessedrecords`,
      `GET jobs/query/${id}`,
      `GET jobs/query/${id}/results`,
      'GET jobs/ingest/750000000000000AAA',
    ]) {
      const body = address.startsWith('P') ? { json: { state: 'Aborted' } } : {};
      expect(errorOf(await client.ask(address, body)), address).toEqual({
        status: 404,
        errorCode: 'NOT_FOUND',
        message: 'The requested resource does not exist',
      });
    }
    expect((await org.job(id)).deleted).toBe(true);
  });

  it('takes a failed one', async () => {
    const id = await client.load(insert, 'Nope\nA\n');
    expect((await org.job(id)).state).toBe('Failed');
    expect((await client.ask(`DELETE jobs/ingest/${id}`)).status).toBe(204);
  });

  it('refuses an open job unless told otherwise, and takes an aborted one', async () => {
    await using other = await startOrg({ quirks: { deleteOpenJob: 'deleted' } });
    const id = await client.createIngest(insert);
    expect(errorOf(await client.ask(`DELETE jobs/ingest/${id}`))).toMatchObject({
      status: 400,
      errorCode: 'API_ERROR',
    });
    await client.ask(`PATCH jobs/ingest/${id}`, { json: { state: 'Aborted' } });
    expect((await client.ask(`DELETE jobs/ingest/${id}`)).status).toBe(204);
    const to = new Client(other);
    expect((await to.ask(`DELETE jobs/ingest/${await to.createIngest(insert)}`)).status).toBe(204);
  });

  it('takes a job that waits for its turn, which then never runs; not one that runs', async () => {
    await using slow = await startOrg();
    const to = new Client(slow);
    const waiting = await slow.faults.add({
      endpoint: 'ingest.process',
      action: { kind: 'hold', when: 'before' },
    });
    const first = await to.submit(insert, 'Name\nA\n');
    await waiting.hit();
    expect((await to.ask(`DELETE jobs/ingest/${first}`)).status).toBe(204);
    await waiting.release();
    const running = await slow.faults.add({
      endpoint: 'ingest.process',
      action: { kind: 'hold', when: 'after' },
    });
    const second = await to.submit(insert, 'Name\nB\n');
    await running.hit();
    expect(errorOf(await to.ask(`DELETE jobs/ingest/${second}`))).toMatchObject({
      status: 400,
      errorCode: 'API_ERROR',
      message: 'Error encountered when deleting the job because the job is not terminated',
    });
    await running.release();
    await to.finished('ingest', second);
    expect([...slow.database.scan('Account')].map(({ Name }) => Name)).toEqual(['B']);
  });
});
