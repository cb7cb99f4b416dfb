import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, constants } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Org } from '../../start.ts';
import { Client, errorOf, raw, type Raw } from './client.ts';
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

describe('a closed connection', () => {
  it('before acting: nothing was done', async () => {
    const before = await jobCount();
    await org.faults.add({ endpoint: 'ingest.create', action: { kind: 'drop-before' } });
    await expect(create()).rejects.toThrow();
    expect(await jobCount()).toBe(before);
    expect((await create()).status).toBe(200);
  });

  it('after acting: it was done, and nobody was told', async () => {
    const before = await jobCount();
    await org.faults.add({ endpoint: 'ingest.create', action: { kind: 'drop-after' } });
    await expect(create()).rejects.toThrow();
    expect(await jobCount()).toBe(before + 1);
  });

  it('after closing the job: it is closed', async () => {
    const id = await client.createIngest(insert);
    await org.faults.add({ endpoint: 'ingest.close', action: { kind: 'drop-after' } });
    const body = JSON.stringify({ state: 'UploadComplete' });
    await expect(raw(org, `PATCH jobs/ingest/${id}`, { body })).rejects.toThrow();
    expect((await org.job(id)).state).not.toBe('Open');
  });

  it('in the middle of a request body: the attempt is kept aside and the job has no content', async () => {
    const id = await client.createIngest(insert);
    const upload = { headers: { 'Content-Type': 'text/csv' }, body: `Name\n${'A\n'.repeat(500_000)}` };
    await org.faults.add({ endpoint: 'ingest.upload', action: { kind: 'cut-request', afterBytes: 100_000 } });
    await expect(raw(org, `PUT jobs/ingest/${id}/batches`, upload)).rejects.toThrow();
    await sleep(20);
    const job = await org.job(id);
    expect(job.content).toBeUndefined();
    expect(job.uploads).toMatchObject([{ bytes: 100_000, complete: false }]);
    expect((await raw(org, `PUT jobs/ingest/${id}/batches`, upload)).status).toBe(201);
    expect((await org.job(id)).content).toMatchObject({ bytes: 1_000_005, complete: true });
  });

  it('in the middle of a request body can leave the job with what came, as chosen', async () => {
    await using other = await startOrg({
      quirks: { cutUpload: 'kept' },
      faults: [{ endpoint: 'ingest.upload', action: { kind: 'cut-request', afterBytes: 7 } }],
    });
    const to = new Client(other);
    const id = await to.createIngest(insert);
    await expect(to.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\nA\nB\n' })).rejects.toThrow();
    await sleep(20);
    expect((await other.job(id)).content).toMatchObject({ bytes: 7 });
    expect(errorOf(await to.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\nA\n' }))).toMatchObject({
      errorCode: 'BULK_API_ERROR',
    });
  });

  it.each([
    ['chunked', {}, 1500],
    ['with Content-Length', { framing: 'content-length' }, 1500],
    ['compressed', { gzip: true }, 700],
    ['before the last chunk', {}, 1_000_000],
  ] as const)('in the middle of an answer: %s', async (name, alter, afterBytes) => {
    const id = await client.query('SELECT Id, Name, Description FROM Account');
    const headers: Record<string, string> = name === 'compressed' ? { 'Accept-Encoding': 'gzip' } : {};
    await org.faults.add({ endpoint: 'query.results', action: { kind: 'alter', ...alter } });
    await org.faults.add({ endpoint: 'query.results', action: { kind: 'cut-response', afterBytes } });
    const cut = await raw(org, `GET jobs/query/${id}/results`, { headers });
    const whole = await raw(org, `GET jobs/query/${id}/results`, { headers });
    expect([cut.status, cut.complete, whole.complete]).toEqual([200, false, true]);
    expect(cut.headers['sforce-numberofrecords']).toBe('300');
    expect(cut.body.length).toBe(Math.min(afterBytes, whole.body.length));
    if (name !== 'compressed') {
      expect(whole.body.subarray(0, afterBytes)).toEqual(cut.body);
      return;
    }
    const partial = gunzipSync(cut.body, { finishFlush: constants.Z_SYNC_FLUSH });
    expect(gunzipSync(whole.body).subarray(0, partial.length)).toEqual(partial);
  });
});

it('an answer without a body that is cut never comes, and what was asked for is done', async () => {
  const id = await client.createIngest(insert);
  await org.faults.add({ endpoint: 'ingest.upload', action: { kind: 'cut-response', afterBytes: 0 } });
  const upload = { headers: { 'Content-Type': 'text/csv' }, body: 'Name\nA\n' };
  await expect(raw(org, `PUT jobs/ingest/${id}/batches`, upload)).rejects.toThrow();
  expect((await org.job(id)).content).toMatchObject({ bytes: 7, complete: true });
});

describe('an answer that is not what was asked for', () => {
  it.each([
    [{ status: 401, errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }],
    [
      {
        status: 403,
        errorCode: 'REQUEST_LIMIT_EXCEEDED',
        message: 'ConcurrentPerOrgLongTxn Limit exceeded.',
      },
    ],
    [
      {
        status: 403,
        errorCode: 'API_DISABLED_FOR_ORG',
        message: 'The REST API is not enabled for this Organization.',
      },
    ],
    [{ status: 403, errorCode: 'API_CURRENTLY_DISABLED', message: 'API is disabled for this User' }],
    [{ status: 429, errorCode: 'TOO_MANY', message: 'slow down' }],
    [{ status: 500, errorCode: 'UNKNOWN_EXCEPTION', message: 'oops' }],
    [{ status: 503, errorCode: 'SERVER_UNAVAILABLE', message: 'maintenance' }],
  ])('%j, once, and nothing was done', async (answer) => {
    const before = await jobCount();
    await org.faults.add({ endpoint: 'ingest.create', action: { kind: 'answer', ...answer } });
    expect(errorOf(await client.ask('POST jobs/ingest', { json: insert }))).toEqual(answer);
    expect(await jobCount()).toBe(before);
    expect((await client.ask('POST jobs/ingest', { json: insert })).status).toBe(200);
  });

  it.each([420, 502])('%d with an HTML body', async (status) => {
    await org.faults.add({
      endpoint: 'ingest.info',
      action: { kind: 'answer', status, body: '<html>Edge</html>' },
    });
    const answer = await client.ask('GET jobs/ingest/750000000000000AAA');
    expect([answer.status, answer.headers.get('content-type'), answer.text]).toEqual([
      status,
      'text/html',
      '<html>Edge</html>',
    ]);
  });

  it('Retry-After only when asked for', async () => {
    await org.faults.add({ endpoint: 'rest', action: { kind: 'answer', status: 503, retryAfterSeconds: 7 } });
    expect((await client.ask('GET limits')).headers.get('retry-after')).toBe('7');
    await org.faults.add({ endpoint: 'rest', action: { kind: 'answer', status: 503 } });
    expect((await client.ask('GET limits')).headers.get('retry-after')).toBeNull();
  });

  it('to an upload comes early or after all of the body', async () => {
    for (const early of [true, false]) {
      const id = await client.createIngest(insert);
      await org.faults.add({ endpoint: 'ingest.upload', action: { kind: 'answer', status: 503, early } });
      expect((await client.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\nA\n' })).status).toBe(503);
      expect((await org.job(id)).uploads).toEqual([]);
    }
  });
});

describe('an answer that is not whole, or too much', () => {
  it('ends cleanly too early, by records or by bytes, while its headers say otherwise', async () => {
    const id = await client.query('SELECT Id, Description FROM Account');
    await org.faults.add({ endpoint: 'query.results', action: { kind: 'truncate', keepRecords: 10 } });
    const short = await raw(org, `GET jobs/query/${id}/results`);
    expect([short.complete, short.headers['sforce-numberofrecords']]).toEqual([true, '300']);
    expect(short.body.toString().match(/"001/g)).toHaveLength(10);
    expect(short.body.toString().endsWith('"x""y\nz"\n')).toBe(true);
    await org.faults.add({ endpoint: 'query.results', action: { kind: 'truncate', keepBytes: 100 } });
    expect((await raw(org, `GET jobs/query/${id}/results`)).body).toHaveLength(100);
  });

  it('goes on too long', async () => {
    const id = await client.query('SELECT Name FROM Account LIMIT 1');
    await org.faults.add({ endpoint: 'query.results', action: { kind: 'append', text: '"extra"\n' } });
    expect((await client.ask(`GET jobs/query/${id}/results`)).text).toBe('"Name"\n"A0"\n"extra"\n');
  });

  it('has other headers', async () => {
    const id = await client.query('SELECT Name FROM Account LIMIT 1');
    await org.faults.add({
      endpoint: 'query.results',
      action: { kind: 'alter', headers: { 'sforce-numberofrecords': '2', 'Sforce-Locator': null } },
    });
    const { headers } = await client.ask(`GET jobs/query/${id}/results`);
    expect([headers.get('sforce-numberofrecords'), headers.get('sforce-locator')]).toEqual(['2', null]);
  });

  it('sends the client to another host', async () => {
    const evil = { kind: 'foreign-urls', origin: 'http://evil.example' } as const;
    await org.faults.add({ endpoint: 'query.resultPages', action: evil });
    const id = await client.query('SELECT Name FROM Account');
    const { json } = await client.ask(`GET jobs/query/${id}/resultPages`);
    expect(JSON.stringify(json.resultPages)).toContain(
      '"http://evil.example/services/data/v60.0/jobs/query/',
    );
    await org.faults.add({ endpoint: 'rest.query', action: evil });
    const page = await client.ask('GET query?q=SELECT+Id+FROM+Account', {
      headers: { 'Sforce-Query-Options': 'batchSize=200' },
    });
    expect(page.json.nextRecordsUrl).toMatch(/^http:\/\/evil\.example\/services\/data\/v60\.0\/query\/01g/);
  });
});
