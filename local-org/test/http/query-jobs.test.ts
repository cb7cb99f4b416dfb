import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Quirks } from '../../options.ts';
import type { Org } from '../../start.ts';
import { Client, errorOf, type Json } from './client.ts';
import { startOrg } from './over-tls.ts';

let org: Org;
let client: Client;

beforeAll(async () => {
  org = await startOrg({ queryPageRows: 10 });
  client = new Client(org);
  org.database.load('Account', [
    { Name: 'Acme, "Inc"', AnnualRevenue: 99213206, NumberOfEmployees: 5 },
    { Name: 'Zürich\nAG', AnnualRevenue: 12.5 },
  ]);
  const [account] = org.database.scan('Account');
  org.database.load('Contact', [{ LastName: 'With', AccountId: account!.Id! }, { LastName: 'Without' }]);
  org.database.load(
    'Lead',
    Array.from({ length: 25 }, (_, index) => ({ LastName: `L${index}`, Company: 'C' })),
  );
});
afterAll(() => org.stop());

/** All pages of a query, by locator. */
async function pages(
  to: Client,
  id: string,
  maxRecords?: number,
): Promise<Array<{ text: string; rows: string | null }>> {
  const all = [];
  let locator: string | null = null;
  do {
    const parameters = new URLSearchParams({
      ...(locator === null ? {} : { locator }),
      ...(maxRecords === undefined ? {} : { maxRecords: String(maxRecords) }),
    });
    const { headers, text } = await to.ask(`GET jobs/query/${id}/results?${parameters.toString()}`);
    all.push({ text, rows: headers.get('sforce-numberofrecords') });
    locator = headers.get('sforce-locator');
  } while (locator !== 'null');
  return all;
}

const userQuery = { operation: 'query', query: 'SELECT Id FROM User' };

describe('a query job', () => {
  it('is created as UploadComplete, its object taken from the SOQL, without upload address and jobType', async () => {
    const { status, json } = await client.ask('POST jobs/query', {
      json: { operation: 'query', query: 'select Id from account', contentType: 'CSV' },
    });
    expect(status).toBe(200);
    expect(Object.keys(json).join(' ')).toBe(
      'id operation object createdById createdDate systemModstamp state concurrencyMode contentType apiVersion lineEnding columnDelimiter',
    );
    expect(json).toMatchObject({ state: 'UploadComplete', object: 'Account', operation: 'query' });
  });

  it('shows jobType, counts and timers when asked for, and isPkChunkingSupported from v61', async () => {
    const keys = async (version: string): Promise<string> => {
      const to = new Client(org, version);
      return Object.keys((await to.ask(`GET jobs/query/${await to.query('SELECT Id FROM Account')}`)).json)
        .slice(9)
        .join(' ');
    };
    const known =
      'apiVersion jobType lineEnding columnDelimiter numberRecordsProcessed retries totalProcessingTime';
    expect(await keys('v60.0')).toBe(known);
    expect(await keys('v61.0')).toBe(`${known} isPkChunkingSupported`);
  });

  it('counts 0 records until it is done, and is never Open', async () => {
    await using slow = await startOrg();
    const to = new Client(slow);
    const before = await slow.faults.add({
      endpoint: 'query.process',
      action: { kind: 'hold', when: 'before' },
    });
    const during = await slow.faults.add({
      endpoint: 'query.process',
      action: { kind: 'hold', when: 'after' },
    });
    const { json } = await to.ask('POST jobs/query', { json: userQuery });
    const info = async (): Promise<Json> => (await to.ask(`GET jobs/query/${String(json.id)}`)).json;
    await before.hit();
    expect(await info()).toMatchObject({ state: 'UploadComplete', numberRecordsProcessed: 0 });
    await before.release();
    await during.hit();
    expect(await info()).toMatchObject({ state: 'InProgress', numberRecordsProcessed: 0 });
    expect(errorOf(await to.ask(`GET jobs/query/${String(json.id)}/results`))).toMatchObject({
      status: 400,
      errorCode: 'INVALIDJOBSTATE',
    });
    await during.release();
    expect(await to.finished('query', String(json.id))).toMatchObject({
      state: 'JobComplete',
      numberRecordsProcessed: 1,
    });
  });

  it('sees deleted records with queryAll only', async () => {
    await using other = await startOrg();
    const to = new Client(other);
    other.database.load('Account', [{ Name: 'Gone' }, { Name: 'Here' }]);
    const [gone] = other.database.scan('Account');
    await to.load({ object: 'Account', operation: 'delete' }, `Id\n${String(gone?.Id)}\n`);
    const names = async (operation: string): Promise<string> =>
      (await pages(to, await to.query('SELECT Name FROM Account ORDER BY Name', { operation })))[0]!.text;
    expect(await names('query')).toBe('"Name"\n"Here"\n');
    expect(await names('queryAll')).toBe('"Name"\n"Gone"\n"Here"\n');
  });

  it('can be aborted before it is done and not after, and PATCH takes nothing but Aborted', async () => {
    await using slow = await startOrg({
      faults: [{ endpoint: 'query.process', action: { kind: 'hold', when: 'before' } }],
    });
    const to = new Client(slow);
    const { json } = await to.ask('POST jobs/query', { json: userQuery });
    const address = `PATCH jobs/query/${String(json.id)}`;
    expect((await to.ask(address, { json: { state: 'UploadComplete' } })).status).toBe(400);
    expect(errorOf(await to.ask(`DELETE jobs/query/${String(json.id)}`))).toEqual({
      status: 400,
      errorCode: 'API_ERROR',
      message: 'Error encountered when deleting the job because the job is not terminated',
    });
    const aborted = await to.ask(address, { json: { state: 'Aborted' } });
    expect(aborted.json.state).toBe('Aborted');
    expect(aborted.json).not.toHaveProperty('lineEnding');
    const done = await to.query('SELECT Id FROM User');
    expect(errorOf(await to.ask(`PATCH jobs/query/${done}`, { json: { state: 'Aborted' } }))).toEqual({
      status: 400,
      errorCode: 'INVALIDJOBSTATE',
      message: 'Aborting already Completed Job not allowed',
    });
    expect((await to.ask(`DELETE jobs/query/${done}`)).status).toBe(204);
    expect((await to.ask(`GET jobs/query/${done}`)).status).toBe(404);
  });

  it('can be aborted while it is InProgress', async () => {
    await using slow = await startOrg();
    const to = new Client(slow);
    const during = await slow.faults.add({
      endpoint: 'query.process',
      action: { kind: 'hold', when: 'after' },
    });
    const { json } = await to.ask('POST jobs/query', { json: userQuery });
    await during.hit();
    const address = `jobs/query/${String(json.id)}`;
    expect((await to.ask(`PATCH ${address}`, { json: { state: 'Aborted' } })).json.state).toBe('Aborted');
    await during.release();
    expect((await to.finished('query', String(json.id))).state).toBe('Aborted');
    expect((await to.ask(`DELETE ${address}`)).status).toBe(204);
  });

  it.each([
    [
      'SELECT BillingAddress FROM Account',
      'API_ERROR',
      'Selecting compound data not supported in Bulk Query',
    ],
    [
      'SELECT Id, (SELECT Id FROM Contacts) FROM Account',
      'API_ERROR',
      'Aggregate Relationships not supported in Bulk V2 Query with CSV content type',
    ],
    [
      'SELECT Body FROM Attachment',
      'API_ERROR',
      'Blob field not supported in Bulk V2 Query with CSV content type',
    ],
    ['SELECT Id FROM CaseStatus', 'INVALIDENTITY', "Entity 'CaseStatus' is not supported by the Bulk API."],
    ['SELECT Id FROM Accout', 'INVALID_TYPE', /sObject type 'Accout' is not supported\./],
    ['SELECT Nope FROM Account', 'INVALID_FIELD', /ERROR at Row:1:Column:8/],
    ['SELECT Id FRM Account', 'MALFORMED_QUERY', /./],
    ['', 'MALFORMED_QUERY', /./],
  ])('is refused for %s', async (query, errorCode, message) => {
    const error = errorOf(await client.ask('POST jobs/query', { json: { operation: 'query', query } }));
    expect(error).toMatchObject({ status: 400, errorCode });
    expect(error.message).toMatch(message);
  });

  it('is refused beyond the daily jobs and the daily storage', async () => {
    const error = async (allowances: Json): Promise<Json> => {
      await using poor = await startOrg({ allowances });
      const to = new Client(poor);
      await to.ask('POST jobs/query', { json: userQuery });
      return errorOf(await to.ask('POST jobs/query', { json: userQuery }));
    };
    expect(await error({ DailyBulkV2QueryJobs: 1 })).toMatchObject({
      errorCode: 'LIMIT_EXCEEDED',
      message: 'Max bulk v2 query jobs (1) per 24 hrs has been reached (2)',
    });
    expect(await error({ DailyBulkV2QueryFileStorageMB: 0 })).toMatchObject({
      errorCode: 'LIMIT_EXCEEDED',
      message: 'Max bulk v2 query result size stored (0) kb per 24 hrs has been exceeded',
    });
  });

  it('over several parents works, or fails when it runs, as chosen', async () => {
    const soql = 'SELECT Id, Account.Owner.Name FROM Contact';
    expect((await client.ask(`GET jobs/query/${await client.query(soql)}`)).json.state).toBe('JobComplete');
    await using old = await startOrg({ dataQuirks: { grandparentsInBulk: false } });
    const to = new Client(old);
    expect((await to.ask(`GET jobs/query/${await to.query(soql)}`)).json).toMatchObject({
      state: 'Failed',
      object: 'Contact',
      errorMessage: "FeatureNotEnabled : Cannot serialize value for 'Owner' in CSV format",
    });
  });
});

describe('parallel pages', () => {
  const many = async (
    quirks: Partial<Quirks> = {},
  ): Promise<{ to: Client; id: string; stop: () => Promise<void> }> => {
    const other = await startOrg({ queryPageRows: 3, quirks });
    other.database.load(
      'Account',
      Array.from({ length: 17 }, (_, index) => ({ Name: `A${index}` })),
    );
    const to = new Client(other);
    return { to, id: await to.query('SELECT Name FROM Account'), stop: () => other.stop() };
  };

  it('are named five at a time, every row in exactly one of them', async () => {
    const { to, id, stop } = await many();
    const first = (await to.ask(`GET jobs/query/${id}/resultPages`)).json;
    expect(Object.keys(first)).toEqual(['resultPages', 'nextRecordsUrl', 'done']);
    expect(first).toMatchObject({ done: false });
    expect(first.nextRecordsUrl).toMatch(
      new RegExp(`^/services/data/v60.0/jobs/query/${id}/resultpages\\?locator=\\w+$`),
    );
    const second = (await to.ask(`GET ${String(first.nextRecordsUrl)}`)).json;
    expect(second).toMatchObject({ done: true, nextRecordsUrl: null });
    const urls = [first, second].flatMap(({ resultPages }) =>
      (resultPages as Json[]).map(({ resultUrl }) => String(resultUrl)),
    );
    expect(urls).toHaveLength(6);
    const texts = await Promise.all(urls.map(async (url) => (await to.ask(`GET ${url}`)).text));
    expect(texts.flatMap((text) => text.trim().split('\n').slice(1))).toEqual(
      Array.from({ length: 17 }, (_, index) => `"A${index}"`),
    );
    await stop();
  });

  it('exist from v58 on, and can be missing', async () => {
    expect((await new Client(org, 'v57.0').ask('GET jobs/query/750000000000000AAA/resultPages')).status).toBe(
      404,
    );
    const { to, id, stop } = await many({ resultPages: 'missing' });
    expect(errorOf(await to.ask(`GET jobs/query/${id}/resultPages`))).toMatchObject({
      status: 404,
      errorCode: 'NOT_FOUND',
    });
    await stop();
  });

  it('come in the other reported shape, as chosen', async () => {
    const { to, id, stop } = await many({ resultPages: 'resultChunks', resultPagesNext: 'nextRecordUrl' });
    const { json } = await to.ask(`GET jobs/query/${id}/resultPages`);
    expect(Object.keys(json)).toEqual(['resultChunks', 'nextRecordUrl', 'done']);
    expect((json.resultChunks as Json[])[0]).toHaveProperty('resultLink');
    await stop();
  });
});

describe('listing query jobs', () => {
  it('has concurrencyMode and jobType', async () => {
    const id = await client.query('SELECT Id FROM Account');
    const records = (await client.ask('GET jobs/query?jobType=V2Query')).json.records as Json[];
    expect(records.find((job) => job.id === id)).toMatchObject({
      jobType: 'V2Query',
      concurrencyMode: 'Parallel',
    });
  });
});
