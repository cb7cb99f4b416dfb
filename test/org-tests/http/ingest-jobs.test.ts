import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOrg, type Org } from '../../org/start.ts';
import { Client, errorOf, type Json } from './client.ts';

let org: Org;
let client: Client;

beforeAll(async () => {
  org = await startOrg();
  client = new Client(org);
});
afterAll(() => org.stop());

const insert = { object: 'Account', operation: 'insert' };

function create(job: Json): Promise<Json> {
  return client.ask('POST jobs/ingest', { json: job }).then(errorOf);
}

describe('creating an ingest job', () => {
  it('answers 200 with exactly these keys in this order', async () => {
    const answer = await client.ask('POST jobs/ingest', {
      json: {
        object: 'account',
        operation: 'upsert',
        externalIdFieldName: 'Id',
        lineEnding: 'CRLF',
        columnDelimiter: 'PIPE',
      },
    });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.json)).toEqual(
      'id operation object createdById createdDate systemModstamp state externalIdFieldName concurrencyMode contentType apiVersion contentUrl lineEnding columnDelimiter'.split(
        ' ',
      ),
    );
    expect(answer.json).toMatchObject({
      operation: 'upsert',
      object: 'Account',
      createdById: org.userId,
      state: 'Open',
      externalIdFieldName: 'Id',
      concurrencyMode: 'Parallel',
      contentType: 'CSV',
      lineEnding: 'CRLF',
      columnDelimiter: 'PIPE',
    });
  });

  it('writes dates as REST does and the API version as a number with a decimal', async () => {
    const { text, json } = await client.ask('POST jobs/ingest', { json: insert });
    expect(json.createdDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000$/);
    expect(text).toContain('"apiVersion":60.0,');
  });

  it('names the upload address relative and without a leading slash, and no externalIdFieldName unless upserting', async () => {
    const { json } = await client.ask('POST jobs/ingest', { json: insert });
    expect(json.contentUrl).toBe(`services/data/v60.0/jobs/ingest/${String(json.id)}/batches`);
    expect(json).not.toHaveProperty('externalIdFieldName');
    expect(json).toMatchObject({ lineEnding: 'LF', columnDelimiter: 'COMMA' });
  });

  it.each([
    [{ object: 'Nope', operation: 'insert' }, 'INVALIDJOB', 'InvalidJob : Unable to find object: Nope'],
    [
      { object: 'Account', operation: 'upsert', externalIdFieldName: 'Industry' },
      'INVALIDJOB',
      'InvalidJob : Field name provided, Industry does not match an External ID for Account',
    ],
    [
      { object: 'Account', operation: 'upsert' },
      'INVALIDJOB',
      'InvalidJob : External ID was blank for Account. An External ID must be specified for upsert.',
    ],
    [{ object: 'Account' }, 'API_ERROR', "Invalid value: '' supplied for property: 'operation'"],
    [
      { object: 'Account', operation: 'Insert' },
      'API_ERROR',
      "Invalid value: 'Insert' supplied for property: 'operation'",
    ],
    [
      { ...insert, contentType: 'JSON' },
      'API_ERROR',
      "Invalid value: 'JSON' supplied for property: 'contentType'",
    ],
    [
      { ...insert, columnDelimiter: ',' },
      'API_ERROR',
      "Invalid value: ',' supplied for property: 'columnDelimiter'",
    ],
  ])('refuses %j', async (job, errorCode, message) => {
    expect(await create(job)).toMatchObject({ status: 400, errorCode, message });
  });

  it('refuses hardDelete to users without the permission', async () => {
    await using strict = await startOrg({ quirks: { hardDeleteAllowed: false } });
    const answer = await new Client(strict).ask('POST jobs/ingest', {
      json: { object: 'Account', operation: 'hardDelete' },
    });
    expect(errorOf(answer)).toMatchObject({
      status: 400,
      errorCode: 'FEATURENOTENABLED',
      message:
        'FeatureNotEnabled : hardDelete operation requires special user profile permission, please contact your system administrator',
    });
    expect(
      (await client.ask('POST jobs/ingest', { json: { object: 'Account', operation: 'hardDelete' } })).status,
    ).toBe(200);
  });

  it('refuses properties that are not documented, unless told to ignore them', async () => {
    await using lax = await startOrg({ quirks: { unknownJobProperties: 'ignored' } });
    expect(await create({ ...insert, concurrency: 4 })).toMatchObject({
      status: 400,
      errorCode: 'JSON_PARSER_ERROR',
    });
    expect(
      (await new Client(lax).ask('POST jobs/ingest', { json: { ...insert, concurrency: 4 } })).status,
    ).toBe(200);
  });

  it('refuses a body that is not a JSON object', async () => {
    expect(errorOf(await client.ask('POST jobs/ingest', { body: '{"object":' }))).toMatchObject({
      errorCode: 'JSON_PARSER_ERROR',
    });
  });

  it('knows assignmentRuleId from v49 on', async () => {
    const job = { object: 'Case', operation: 'insert', assignmentRuleId: '01Q000000000001AAA' };
    expect((await client.ask('POST jobs/ingest', { json: job })).json.assignmentRuleId).toBe(
      '01Q000000000001AAA',
    );
    expect((await new Client(org, 'v48.0').ask('POST jobs/ingest', { json: job })).json).not.toHaveProperty(
      'assignmentRuleId',
    );
  });
});

describe('creating a job with its data in one multipart request', () => {
  const multipart = (csv: string): { body: string; headers: Record<string, string> } => ({
    headers: { 'Content-Type': 'multipart/form-data; boundary="BOUNDARY"' },
    body: [
      '--BOUNDARY\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name="job"\r\n\r\n',
      JSON.stringify(insert),
      '\r\n--BOUNDARY\r\nContent-Type: text/csv\r\nContent-Disposition: form-data; name="content"; filename="content"\r\n\r\n',
      csv,
      '\r\n--BOUNDARY--\r\n',
    ].join(''),
  });

  it('closes the job at once and names no upload address', async () => {
    const { status, json } = await client.ask('POST jobs/ingest', multipart('Name\nFrom parts\n'));
    expect(status).toBe(200);
    expect(json.state).toBe('UploadComplete');
    expect(json).not.toHaveProperty('contentUrl');
    expect(await client.finished('ingest', String(json.id))).toMatchObject({
      state: 'JobComplete',
      numberRecordsProcessed: 1,
    });
  });

  it('refuses over 100,000 characters', async () => {
    expect((await client.ask('POST jobs/ingest', multipart(`Name\n${'x'.repeat(99_990)}\n`))).status).toBe(
      200,
    );
    expect((await client.ask('POST jobs/ingest', multipart(`Name\n${'x'.repeat(100_000)}\n`))).status).toBe(
      400,
    );
  });
});

describe('uploading', () => {
  it('answers 201 with an empty body, and does not look at the content', async () => {
    const id = await client.createIngest(insert);
    const answer = await client.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'No_Such_Field\n"broken\n' });
    expect([answer.status, answer.text]).toEqual([201, '']);
  });

  it('takes one upload a job: a second is told of "multipe contents"', async () => {
    await using corrected = await startOrg({ quirks: { secondUploadSpelling: 'multiple' } });
    for (const [door, spelling] of [
      [org, 'multipe'],
      [corrected, 'multiple'],
    ] as const) {
      const other = new Client(door);
      const id = await other.createIngest(insert);
      await other.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\nA\n' });
      expect(errorOf(await other.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\nB\n' }))).toEqual({
        status: 400,
        errorCode: 'BULK_API_ERROR',
        message: `Found ${spelling} contents for job: <${id}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job.`,
      });
      expect(await readFile((await door.job(id)).content!.path, 'utf8')).toBe('Name\nA\n');
    }
  });

  it('refuses more than the limit, counted as base64', async () => {
    await using small = await startOrg({ maxUploadBytes: 400 });
    await using other = await startOrg({ maxUploadBytes: 400, quirks: { oversizeUploadStatus: 400 } });
    for (const [door, status] of [
      [small, 413],
      [other, 400],
    ] as const) {
      const to = new Client(door);
      const put = async (bytes: number): Promise<number> =>
        (await to.ask(`PUT jobs/ingest/${await to.createIngest(insert)}/batches`, { csv: 'x'.repeat(bytes) }))
          .status;
      expect(await put(300)).toBe(201);
      expect(await put(301)).toBe(status);
    }
  });

  it('wants text/csv, and an open job', async () => {
    const id = await client.createIngest(insert);
    expect((await client.ask(`PUT jobs/ingest/${id}/batches`, { json: {} })).status).toBe(415);
    await client.close(id);
    expect(errorOf(await client.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\n' }))).toMatchObject({
      errorCode: 'INVALIDJOBSTATE',
    });
  });

  it('completes with 0 records when the body is empty', async () => {
    const id = await client.load(insert, '');
    expect((await client.ask(`GET jobs/ingest/${id}`)).json).toMatchObject({
      state: 'JobComplete',
      numberRecordsProcessed: 0,
    });
  });
});

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
    await using slow = await startOrg({ batchRows: 1, batchDelayMs: 40 });
    const to = new Client(slow);
    const id = await to.createIngest(insert);
    await to.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\nA\nB\nC\nD\nE\n' });
    await to.close(id);
    while ((await slow.job(id)).processed === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await to.ask(`PATCH jobs/ingest/${id}`, { json: { state: 'Aborted' } });
    const { processed } = await slow.job(id);
    const unprocessed = await to.ask(`GET jobs/ingest/${id}/unprocessedrecords`);
    expect(processed).toBeLessThan(5);
    expect(unprocessed.text.trim().split('\n')).toHaveLength(1 + 5 - processed);
    expect([...slow.database.scan('Account')]).toHaveLength(processed);
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
    await using slow = await startOrg({ batchDelayMs: 60 });
    const to = new Client(slow);
    const id = await to.createIngest(insert);
    await to.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\nA\n' });
    const states = new Set<unknown>([(await to.ask(`GET jobs/ingest/${id}`)).json.state]);
    await to.close(id);
    while (!states.has('JobComplete')) states.add((await to.ask(`GET jobs/ingest/${id}`)).json.state);
    expect([...states]).toEqual(['Open', 'UploadComplete', 'InProgress', 'JobComplete']);
  });
});

describe('deleting a job', () => {
  it('answers 204, and 404 from then on', async () => {
    const id = await client.load(insert, 'Name\nA\n');
    expect((await client.ask(`DELETE jobs/ingest/${id}`)).status).toBe(204);
    for (const address of ['GET', 'DELETE']) {
      expect(errorOf(await client.ask(`${address} jobs/ingest/${id}`))).toEqual({
        status: 404,
        errorCode: 'NOT_FOUND',
        message: 'The requested resource does not exist',
      });
    }
    expect((await org.job(id)).deleted).toBe(true);
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

  it('takes a job that waits for its turn, which then never runs', async () => {
    await using slow = await startOrg({ batchDelayMs: 50 });
    const to = new Client(slow);
    const id = await to.createIngest(insert);
    await to.ask(`PUT jobs/ingest/${id}/batches`, { csv: 'Name\nA\n' });
    await to.close(id);
    expect((await to.ask(`DELETE jobs/ingest/${id}`)).status).toBe(204);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect([...slow.database.scan('Account')]).toEqual([]);
  });
});

describe('listing jobs', () => {
  it('has all kinds of jobs without counters, and null for the next page when there is none', async () => {
    await using fresh = await startOrg();
    const to = new Client(fresh);
    const ingest = await to.createIngest(insert);
    const query = await to.query('SELECT Id FROM Account');
    const { json } = await to.ask('GET jobs/ingest');
    expect(Object.keys(json)).toEqual(['done', 'records', 'nextRecordsUrl']);
    expect(json).toMatchObject({ done: true, nextRecordsUrl: null });
    const records = json.records as Json[];
    expect(records.map(({ id }) => id).sort()).toEqual([ingest, query].sort());
    expect(
      records.every(
        (job) => !('numberRecordsProcessed' in job) && 'jobType' in job && 'concurrencyMode' in job,
      ),
    ).toBe(true);
    const only = async (type: string): Promise<unknown[]> =>
      ((await to.ask(`GET jobs/ingest?jobType=${type}`)).json.records as Json[]).map(({ id }) => id);
    expect(await only('V2Ingest')).toEqual([ingest]);
    expect(await only('V2Query')).toEqual([query]);
    expect(await only('Classic')).toEqual([]);
  });

  it('goes on page by page by queryLocator', async () => {
    await using paged = await startOrg({ listPageRows: 2 });
    const to = new Client(paged);
    const ids = [];
    for (let index = 0; index < 5; index++) ids.push(await to.createIngest(insert));
    const seen: unknown[] = [];
    let url: unknown = '/services/data/v60.0/jobs/ingest';
    while (typeof url === 'string') {
      const { json } = await to.ask(`GET ${url}`);
      seen.push(...(json.records as Json[]).map(({ id }) => id));
      expect(json.done).toBe(json.nextRecordsUrl === null);
      url = json.nextRecordsUrl;
      if (url !== null)
        expect(url).toMatch(/^\/services\/data\/v60\.0\/jobs\/ingest\?queryLocator=01g\w+-\d$/);
    }
    expect(seen.sort()).toEqual(ids.sort());
  });
});
