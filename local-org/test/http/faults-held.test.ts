import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FaultSpec } from '../../server/fault-spec.ts';
import type { Org } from '../../start.ts';
import { Client, raw, type Raw } from './client.ts';
import { startOrg } from './over-tls.ts';

let org: Org;
let client: Client;

beforeAll(async () => {
  org = await startOrg({ queryPageRows: 1000 });
  client = new Client(org);
  org.database.load(
    'Account',
    Array.from({ length: 300 }, (_, index) => ({ Name: `A${index}`, Description: 'x"y\nz' })),
  );
});
afterEach(() => org.faults.clear());
afterAll(() => org.stop());

const insert = { object: 'Account', operation: 'insert' };

const create = (): Promise<Raw> =>
  raw(org, 'POST jobs/ingest', {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(insert),
  });

const jobCount = async (): Promise<number> => (await org.jobs()).length;

describe('slowness', () => {
  it('before or after acting', async () => {
    for (const when of ['before', 'after'] as const) {
      await org.faults.add({ endpoint: 'rest.limits', action: { kind: 'slow', delayMs: 60, when } });
      const startedAtMs = performance.now();
      await client.ask('GET limits');
      expect(performance.now() - startedAtMs).toBeGreaterThan(55);
    }
  });

  it('of the body', async () => {
    const id = await client.query('SELECT Id, Name FROM Account');
    await org.faults.add({ endpoint: 'query.results', action: { kind: 'trickle', bytesPerSecond: 50_000 } });
    const startedAtMs = performance.now();
    const { body } = await raw(org, `GET jobs/query/${id}/results`);
    expect(performance.now() - startedAtMs).toBeGreaterThan((body.length / 50_000) * 1000 * 0.8);
  });
});

describe('a held request', () => {
  it('before acting: it has come in, nothing is done until it is let go', async () => {
    const before = await jobCount();
    const hold = await org.faults.add({
      endpoint: 'ingest.create',
      action: { kind: 'hold', when: 'before' },
    });
    const answer = create();
    await hold.hit();
    expect((await hold.state()).held).toMatchObject([{ endpoint: 'ingest.create' }]);
    expect(await jobCount()).toBe(before);
    await hold.release();
    expect((await answer).status).toBe(200);
    expect(await jobCount()).toBe(before + 1);
  });

  it('after acting: it is done, and the answer can be made to never come', async () => {
    const id = await client.createIngest(insert);
    const hold = await org.faults.add({
      endpoint: 'ingest.close',
      jobId: id,
      action: { kind: 'hold', when: 'after' },
    });
    const answer = raw(org, `PATCH jobs/ingest/${id}`, { body: JSON.stringify({ state: 'UploadComplete' }) });
    const lost = expect(answer).rejects.toThrow();
    await hold.hit();
    expect((await org.job(id)).state).not.toBe('Open');
    await hold.release('drop');
    await lost;
  });

  it('is acted on when let go even if the client is gone, as a service would', async () => {
    const id = await client.createIngest(insert);
    const hold = await org.faults.add({ endpoint: 'ingest.close', action: { kind: 'hold', when: 'before' } });
    const controller = new AbortController();
    const gone = fetch(`${org.url}/services/data/v60.0/jobs/ingest/${id}`, {
      method: 'PATCH',
      signal: controller.signal,
      headers: { Authorization: `Bearer ${org.accessToken}` },
      body: JSON.stringify({ state: 'UploadComplete' }),
    }).catch(() => 'gone');
    await hold.hit();
    controller.abort();
    expect(await gone).toBe('gone');
    await sleep(20);
    await hold.release();
    await client.finished('ingest', id);
  });
});

describe('which requests a fault hits', () => {
  const statuses = async (spec: Partial<FaultSpec>, count: number): Promise<number[]> => {
    await org.faults.add({ endpoint: 'rest.limits', action: { kind: 'answer', status: 503 }, ...spec });
    const seen = [];
    for (let index = 0; index < count; index++) seen.push((await client.ask('GET limits')).status);
    return seen;
  };

  it('the first, by default', async () => {
    expect(await statuses({}, 3)).toEqual([503, 200, 200]);
  });

  it('the nth, and so many from there', async () => {
    expect(await statuses({ nth: 2, count: 2 }, 5)).toEqual([200, 503, 503, 200, 200]);
  });

  it('always', async () => {
    expect(await statuses({ count: 'always' }, 4)).toEqual([503, 503, 503, 503]);
  });

  it('by family, and all', async () => {
    expect(await statuses({ endpoint: 'rest' }, 2)).toEqual([503, 200]);
    expect(await statuses({ endpoint: '*' }, 2)).toEqual([503, 200]);
    await expect(statuses({ endpoint: 'rest.lim' }, 0)).rejects.toThrow('There is no endpoint rest.lim');
  });

  it('of one job only, and not after it was removed', async () => {
    const [one, two] = [await client.createIngest(insert), await client.createIngest(insert)];
    const fault = await org.faults.add({
      endpoint: 'ingest.info',
      jobId: one,
      count: 'always',
      action: { kind: 'answer', status: 500 },
    });
    expect((await client.ask(`GET jobs/ingest/${two}`)).status).toBe(200);
    expect((await client.ask(`GET jobs/ingest/${one}`)).status).toBe(500);
    expect(await fault.state()).toMatchObject({ seen: 1, hits: 1 });
    await fault.remove();
    expect((await client.ask(`GET jobs/ingest/${one}`)).status).toBe(200);
  });
});

describe('faults of jobs', () => {
  it('lock chosen rows, which clear on a later try', async () => {
    const lock = { kind: 'lock-rows', column: 'Name', values: ['B', 'D'], tries: 2 } as const;
    await org.faults.add({ endpoint: 'ingest.process', count: 'always', action: lock });
    const failed = async (csv: string): Promise<string> => {
      const id = await client.load(insert, csv);
      return (await client.ask(`GET jobs/ingest/${id}/failedResults`)).text;
    };
    const first = await failed('Name\nA\nB\nC\nD\n');
    expect(first.trim().split('\n')).toHaveLength(3);
    expect(first).toContain(
      'UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 1 records: 001',
    );
    expect((await failed('Name\nB\nD\n')).trim().split('\n')).toHaveLength(3);
    expect((await failed('Name\nB\nD\n')).trim().split('\n')).toHaveLength(1);
  });

  it('lock every nth row', async () => {
    await org.faults.add({ endpoint: 'ingest.process', action: { kind: 'lock-rows', everyNth: 3 } });
    const id = await client.load(insert, 'Name\nA\nB\nC\nD\nE\nF\nG\nH\nI\nJ\n');
    expect(await org.job(id)).toMatchObject({ processed: 10, failed: 3, accepted: 7 });
  });

  it('refuse chosen rows with any error, every time: a duplicate rule, a validation rule', async () => {
    const rule = { kind: 'fail-rows', column: 'Name', values: ['B'] } as const;
    for (const [error, expected] of [
      [
        { statusCode: 'DUPLICATES_DETECTED', message: 'Use one of these records?' },
        'DUPLICATES_DETECTED:Use one of these records?:--',
      ],
      [
        { statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'No B', fields: ['Name'] },
        'FIELD_CUSTOM_VALIDATION_EXCEPTION:No B:Name --',
      ],
    ] as const) {
      await org.faults.add({ endpoint: 'ingest.process', count: 2, action: { ...rule, ...error } });
      for (let time = 0; time < 2; time++) {
        const id = await client.load(insert, 'Name\nA\nB\n');
        const { text } = await client.ask(`GET jobs/ingest/${id}/failedResults`);
        expect(text).toBe(`"sf__Id","sf__Error",Name\n"","${expected}","B"\n`);
      }
    }
  });

  it('fail half way with any message, and show retries', async () => {
    await org.faults.add({ endpoint: 'ingest.process', action: { kind: 'batch-retries', retries: 4 } });
    await org.faults.add({
      endpoint: 'ingest.process',
      action: { kind: 'fail-job', afterBatches: 0, errorMessage: 'TooManyLockFailure : x' },
    });
    const id = await client.load(insert, 'Name\nA\n');
    expect((await client.ask(`GET jobs/ingest/${id}`)).json).toMatchObject({
      state: 'Failed',
      errorMessage: 'TooManyLockFailure : x',
      retries: 4,
      numberRecordsProcessed: 0,
    });
    expect((await client.ask(`GET jobs/ingest/${id}/unprocessedrecords`)).text).toBe('Name\nA\n');
  });

  it('fail a query job', async () => {
    await org.faults.add({
      endpoint: 'query.process',
      action: { kind: 'fail-job', afterBatches: 0, errorMessage: 'Timeout : slow' },
    });
    const id = await client.query('SELECT Id FROM Account');
    expect((await client.ask(`GET jobs/query/${id}`)).json).toMatchObject({
      state: 'Failed',
      errorMessage: 'Timeout : slow',
    });
  });

  it('cannot be asked for what has no effect on a job, nor a request for what only a job can do', async () => {
    const add = (spec: Parameters<typeof org.faults.add>[0]) =>
      Promise.resolve().then(() => org.faults.add(spec));
    await expect(add({ endpoint: 'query.process', action: { kind: 'slow', delayMs: 9 } })).rejects.toThrow(
      "'slow' has no effect at query.process",
    );
    await expect(add({ endpoint: 'ingest.nope', action: { kind: 'drop-after' } })).rejects.toThrow(
      'There is no endpoint ingest.nope',
    );
    await expect(add({ endpoint: 'ingest.close', action: { kind: 'lock-rows' } })).rejects.toThrow(
      "'lock-rows' has no effect at ingest.close",
    );
  });
});
