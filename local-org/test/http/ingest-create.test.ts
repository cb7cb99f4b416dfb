import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Org } from '../../start.ts';
import { Client, errorOf, type Json } from './client.ts';
import { startOrg } from './over-tls.ts';

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
    [{ operation: 'insert' }, 'INVALIDJOB', 'InvalidJob : Unable to find object: '],
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
    [{ ...insert, contentType: '' }, 'API_ERROR', "Invalid value: '' supplied for property: 'contentType'"],
    [{ ...insert, lineEnding: 'CR' }, 'API_ERROR', "Invalid value: 'CR' supplied for property: 'lineEnding'"],
    [
      { ...insert, columnDelimiter: ',' },
      'API_ERROR',
      "Invalid value: ',' supplied for property: 'columnDelimiter'",
    ],
  ])('refuses %j', async (job, errorCode, message) => {
    expect(await create(job)).toMatchObject({ status: 400, errorCode, message });
  });

  it.each(['insert', 'update', 'delete', 'hardDelete'])('takes the operation %s', async (operation) => {
    const { json } = await client.ask('POST jobs/ingest', { json: { object: 'Account', operation } });
    expect(json).toMatchObject({ operation, state: 'Open' });
  });

  it('upserts by a custom external id, by a standard field with idLookup, and by Id', async () => {
    for (const [object, externalIdFieldName] of [
      ['Account', 'External_Id__c'],
      ['Contact', 'Email'],
      ['Account', 'Id'],
    ]) {
      const job = { object, operation: 'upsert', externalIdFieldName };
      expect((await client.ask('POST jobs/ingest', { json: job })).json).toMatchObject(job);
    }
  });

  it('is always Parallel: concurrencyMode cannot be asked for', async () => {
    const serial = { ...insert, concurrencyMode: 'Serial' };
    expect(await create(serial)).toMatchObject({ status: 400 });
    await using lax = await startOrg({ quirks: { unknownJobProperties: 'ignored' } });
    const { json } = await new Client(lax).ask('POST jobs/ingest', { json: serial });
    expect(json.concurrencyMode).toBe('Parallel');
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
    await using other = await startOrg({ quirks: { hardDeleteAllowed: false, hardDeleteText: 'No' } });
    const job = { object: 'Account', operation: 'hardDelete' };
    expect(errorOf(await new Client(other).ask('POST jobs/ingest', { json: job })).message).toBe('No');
    expect((await client.ask('POST jobs/ingest', { json: job })).status).toBe(200);
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

  it('takes assignmentRuleId for objects with assignment rules only, or ignores it elsewhere, as chosen', async () => {
    const job = { ...insert, assignmentRuleId: '01Q000000000001AAA' };
    expect((await client.ask('POST jobs/ingest', { json: { ...job, object: 'Lead' } })).status).toBe(200);
    expect(await create(job)).toMatchObject({ status: 400, errorCode: 'INVALIDJOB' });
    await using lax = await startOrg({ quirks: { assignmentRuleElsewhere: 'ignored' } });
    const { status, json } = await new Client(lax).ask('POST jobs/ingest', { json: job });
    expect([status, json.assignmentRuleId]).toEqual([200, undefined]);
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

  it('refuses over 20,000 characters where the org is as older guides say', async () => {
    await using older = await startOrg({ maxMultipartCharacters: 20_000 });
    const put = async (count: number): Promise<number> =>
      (await new Client(older).ask('POST jobs/ingest', multipart(`Name\n${'x'.repeat(count)}`))).status;
    expect([await put(19_995), await put(19_996)]).toEqual([200, 400]);
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

  it('takes an upload in chunks, of a length that nobody announced', async () => {
    const id = await client.createIngest(insert);
    const answer = await fetch(`${org.url}/services/data/v60.0/jobs/ingest/${id}/batches`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${org.accessToken}`, 'Content-Type': 'text/csv' },
      body: new Blob(['Name\n', 'A\n', 'B\n']).stream(),
      duplex: 'half',
    });
    expect(answer.status).toBe(201);
    expect(await readFile((await org.job(id)).content!.path, 'utf8')).toBe('Name\nA\nB\n');
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

  it.each(['', 'Name\n'])('completes with 0 records when there are none: %j', async (csv) => {
    const id = await client.load(insert, csv);
    const { json } = await client.ask(`GET jobs/ingest/${id}`);
    expect(json).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 0, numberRecordsFailed: 0 });
    expect(json).not.toHaveProperty('errorMessage');
  });
});
