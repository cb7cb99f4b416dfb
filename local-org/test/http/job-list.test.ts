import { describe, expect, it } from 'vitest';
import { Client, type Json } from './client.ts';
import { startOrg } from './over-tls.ts';

const insert = { object: 'Account', operation: 'insert' };

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
    const chunked = await to.ask('GET jobs/ingest?isPkChunkingEnabled=true');
    expect(chunked.json.records).toMatchObject([{ id: query }]);
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
