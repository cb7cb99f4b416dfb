import { deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Org } from '../../start.ts';
import { Client, errorOf, raw } from './client.ts';
import { startOrg } from './over-tls.ts';

let org: Org;
let client: Client;

beforeAll(async () => {
  org = await startOrg();
  client = new Client(org);
});
afterAll(() => org.stop());

describe('what holds for every request', () => {
  it('takes ids of 15 characters and answers with 18', async () => {
    const id = await client.createIngest({ object: 'Account', operation: 'insert' });
    const { json } = await client.ask(`GET jobs/ingest/${id.slice(0, 15)}`);
    expect(json.id).toBe(id);
    expect(id).toMatch(/^750\w{15}$/);
  });

  it('takes headers that change nothing here, and answers JSON as application/json in UTF-8', async () => {
    const headers = {
      'Sforce-Call-Options': 'client=test',
      'Sforce-Auto-Assign': 'false',
      'Sforce-Duplicate-Rule-Header': 'allowSave=true',
    };
    const answer = await client.ask('POST composite/sobjects', {
      headers,
      json: { records: [{ attributes: { type: 'Account' }, Name: 'With headers' }] },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'application/json;charset=UTF-8',
    ]);
    expect((await client.ask('GET jobs/ingest', { headers })).status).toBe(200);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ] as const)('takes JSON compressed by %s', async (encoding, compress) => {
    const answer = await fetch(`${org.url}/services/data/v60.0/sobjects/Account`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${org.accessToken}`, 'Content-Encoding': encoding },
      body: compress(JSON.stringify({ Name: encoding })),
    });
    expect(answer.status).toBe(201);
  });

  it('pretty-prints when asked by X-PrettyPrint', async () => {
    const pretty = await client.ask('GET limits', { headers: { 'X-PrettyPrint': '1' } });
    expect(pretty.text).toContain('\n  "DailyApiRequests"');
    expect((await client.ask('GET limits')).text).not.toContain('\n');
  });

  it('shows the API usage on REST answers, errors included, and not on the version list', async () => {
    expect((await client.ask('GET limits')).headers.get('sforce-limit-info')).toMatch(
      /^api-usage=\d+\/1000000$/,
    );
    expect((await client.ask('GET sobjects/Nope/describe')).headers.get('sforce-limit-info')).toMatch(
      /^api-usage=/,
    );
    expect((await client.ask('GET /services/data')).headers.get('sforce-limit-info')).toBeNull();
  });

  it('shows the API usage on Bulk answers unless told otherwise', async () => {
    await using shy = await startOrg({ quirks: { limitInfoOnBulk: false } });
    expect((await client.ask('GET jobs/ingest')).headers.get('sforce-limit-info')).toMatch(/^api-usage=/);
    expect((await new Client(shy).ask('GET jobs/ingest')).headers.get('sforce-limit-info')).toBeNull();
  });

  it('compresses only for clients that accept gzip, and not even then when switched off', async () => {
    await using plain = await startOrg({ quirks: { gzip: false } });
    const zipped = await raw(org, 'GET /services/data', { headers: { 'Accept-Encoding': 'gzip' } });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.body).toString()).toContain('67.0');
    expect((await raw(org, 'GET /services/data')).headers['content-encoding']).toBeUndefined();
    const off = await fetch(`${plain.url}/services/data`, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(off.headers.get('content-encoding')).toBeNull();
  });

  it('refuses a compressed upload unless switched on', async () => {
    const id = await client.createIngest({ object: 'Account', operation: 'insert' });
    const answer = await client.ask(`PUT jobs/ingest/${id}/batches`, {
      csv: 'Name\nA\n',
      headers: { 'Content-Encoding': 'gzip' },
    });
    expect(answer.status).toBe(415);
  });

  it('takes a compressed upload once switched on', async () => {
    await using modern = await startOrg({ quirks: { gzipUploads: true } });
    const to = new Client(modern);
    const id = await to.createIngest({ object: 'Account', operation: 'insert' });
    const headers = { 'Content-Encoding': 'gzip' };
    expect(
      (await to.ask(`PUT jobs/ingest/${id}/batches`, { csv: gzipSync('Name\nA\n'), headers })).status,
    ).toBe(201);
    await to.close(id);
    expect(await to.finished('ingest', id)).toMatchObject({
      state: 'JobComplete',
      numberRecordsProcessed: 1,
    });
  });

  it('answers errors as a JSON array with errorCode and message', async () => {
    const answer = await client.ask('GET jobs/ingest/750000000000000AAA');
    expect(JSON.parse(answer.text)).toEqual([
      { errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' },
    ]);
  });

  it('collapses leading double slashes', async () => {
    expect((await client.ask('GET //services/data/v60.0/limits')).status).toBe(200);
  });

  it('answers 404 to an empty inner part of the path', async () => {
    expect(
      errorOf(await client.ask('GET /services/data/v60.0/jobs/query//750000000000000AAA')),
    ).toMatchObject({
      status: 404,
      errorCode: 'NOT_FOUND',
    });
  });

  it('forgives a trailing slash', async () => {
    expect((await client.ask('GET jobs/ingest/')).status).toBe(200);
    const id = await client.createIngest({ object: 'Account', operation: 'insert' });
    expect((await client.ask(`GET jobs/ingest/${id}/`)).json.id).toBe(id);
    expect((await client.ask(`PUT jobs/ingest/${id}/batches/`, { csv: 'Name\nA\n' })).status).toBe(201);
  });

  it('answers 410 for a retired API version and 404 for one that is not there yet', async () => {
    expect((await new Client(org, 'v30.0').ask('GET limits')).status).toBe(410);
    expect((await new Client(org, 'v68.0').ask('GET limits')).status).toBe(404);
    expect((await new Client(org, 'v31.0').ask('GET limits')).status).toBe(200);
  });

  it('warns of versions that are deprecated', async () => {
    await using old = await startOrg({ quirks: { deprecatedBelow: 40 } });
    expect((await new Client(old, 'v39.0').ask('GET limits')).headers.get('warning')).toMatch(
      /^299 - ".*v39\.0/,
    );
    expect((await new Client(old, 'v40.0').ask('GET limits')).headers.get('warning')).toBeNull();
  });

  it('has each resource from its own API version on', async () => {
    expect((await new Client(org, 'v40.0').ask('GET jobs/ingest')).status).toBe(404);
    expect((await new Client(org, 'v46.0').ask('GET jobs/query')).status).toBe(404);
    expect((await new Client(org, 'v41.0').ask('GET jobs/ingest')).status).toBe(200);
    expect((await new Client(org, 'v47.0').ask('GET jobs/query')).status).toBe(200);
  });

  it('answers 405 to a method that a resource does not have', async () => {
    expect(errorOf(await client.ask('PUT limits', { json: {} }))).toMatchObject({
      status: 405,
      errorCode: 'METHOD_NOT_ALLOWED',
    });
  });

  it('answers a query of over 16,384 bytes of address with 414 and HTML, no JSON', async () => {
    const { status, headers, text } = await client.ask(`GET query?q=${'x'.repeat(16_400)}`);
    expect(status).toBe(414);
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    expect(text).toBe('<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>');
  });

  it('answers an address and headers that together are over 16,384 bytes with 431 and HTML', async () => {
    const halves = { headers: { 'X-Long': 'x'.repeat(8200) } };
    const { status, text } = await client.ask(`GET query?q=${'x'.repeat(8200)}`, halves);
    expect({ status, text }).toMatchObject({ status: 431, text: expect.stringContaining('<h1>') as string });
  });

  it('answers 401 INVALID_SESSION_ID without a valid token', async () => {
    expect(errorOf(await client.ask('GET limits', { headers: { Authorization: 'Bearer 00D!no' } }))).toEqual({
      status: 401,
      errorCode: 'INVALID_SESSION_ID',
      message: 'Session expired or invalid',
    });
  });

  it('answers 403 REQUEST_LIMIT_EXCEEDED once the day is used up, and counts every request', async () => {
    await using poor = await startOrg({ allowances: { DailyApiRequests: 2 } });
    const other = new Client(poor);
    const limit = async (): Promise<unknown> => (await other.ask('GET limits')).json.DailyApiRequests;
    const perApp = { 'Salesforce for Android': { Max: 0, Remaining: 0 } };
    expect(await limit()).toEqual({ Max: 2, Remaining: 1, ...perApp });
    expect(await limit()).toEqual({ Max: 2, Remaining: 0, ...perApp });
    expect(errorOf(await other.ask('GET limits'))).toEqual({
      status: 403,
      errorCode: 'REQUEST_LIMIT_EXCEEDED',
      message: 'TotalRequests Limit exceeded.',
    });
  });
});
