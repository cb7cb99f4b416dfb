import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Org } from '../../start.ts';
import { resolveOptions } from '../../options.ts';
import { Client, raw } from './client.ts';
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

describe('query results', () => {
  it('quote every name and value, and show values as the service writes them', async () => {
    const id = await client.query(
      'SELECT Name, AnnualRevenue, NumberOfEmployees, IsDeleted, CreatedDate FROM Account ORDER BY Name',
    );
    const [page] = await pages(client, id);
    expect(page!.text).toMatch(
      /^"Name","AnnualRevenue","NumberOfEmployees","IsDeleted","CreatedDate"\n"Acme, ""Inc""","9\.9213206E7","5","false","\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"\n"Zürich\nAG","12\.5","",/,
    );
  });

  it('show parent fields by their path, empty without a parent', async () => {
    const id = await client.query('SELECT LastName, Account.Name FROM Contact ORDER BY LastName');
    expect((await pages(client, id))[0]!.text).toBe(
      '"LastName","Account.Name"\n"With","Acme, ""Inc"""\n"Without",""\n',
    );
  });

  it('have columns as selected from v50 on, alphabetical up to v49', async () => {
    const header = async (version: string): Promise<string | undefined> => {
      const to = new Client(org, version);
      return (await pages(to, await to.query('SELECT Name, Id FROM Account')))[0]!.text.split('\n')[0];
    };
    expect(await header('v50.0')).toBe('"Name","Id"');
    expect(await header('v49.0')).toBe('"Id","Name"');
  });

  it('follow the job’s delimiter and line ending', async () => {
    const id = await client.query('SELECT LastName, Id FROM Contact ORDER BY LastName', {
      columnDelimiter: 'TAB',
      lineEnding: 'CRLF',
    });
    expect((await pages(client, id))[0]!.text).toMatch(/^"LastName"\t"Id"\r\n"With"\t"003\w+"\r\n/);
  });

  it('come in pages that each repeat the header, with their own count, until the locator is "null"', async () => {
    const id = await client.query('SELECT LastName FROM Lead');
    const all = await pages(client, id);
    expect(all.map(({ rows }) => rows)).toEqual(['10', '10', '5']);
    expect(all.every(({ text }) => text.startsWith('"LastName"\n'))).toBe(true);
    const names = all.flatMap(({ text }) => text.trim().split('\n').slice(1));
    expect(names).toEqual(Array.from({ length: 25 }, (_, index) => `"L${index}"`));
  });

  it('obey maxRecords at any row', async () => {
    const id = await client.query('SELECT LastName FROM Lead');
    for (const maxRecords of [1, 7, 24, 25, 26]) {
      const all = await pages(client, id, maxRecords);
      expect(all).toHaveLength(Math.ceil(25 / maxRecords));
      expect(all.flatMap(({ text }) => text.trim().split('\n').slice(1))).toHaveLength(25);
    }
    expect((await client.ask(`GET jobs/query/${id}/results?maxRecords=0`)).status).toBe(400);
  });

  it('have locators of unpadded base64 that can be used again', async () => {
    const id = await client.query('SELECT LastName FROM Lead');
    const locator = (await client.ask(`GET jobs/query/${id}/results`)).headers.get('sforce-locator')!;
    expect(locator).toMatch(/^[A-Za-z0-9+/]+$/);
    expect(Buffer.from(locator, 'base64').toString()).toMatch(/^10:0Ga\w{15}:1$/);
    const [first, second] = [
      await client.ask(`GET jobs/query/${id}/results?locator=${locator}`),
      await client.ask(`GET jobs/query/${id}/results?locator=${locator}`),
    ];
    expect(second.text).toBe(first.text);
    expect((await client.ask(`GET jobs/query/${id}/results?locator=bm9wZQ`)).status).toBe(400);
  });

  it('have locators of the row alone, as documented, where the org is like that', async () => {
    await using other = await startOrg({
      queryPageRows: 10_000,
      tables: { Big__c: 10_001 },
      quirks: { locators: 'row' },
    });
    const to = new Client(other);
    const id = await to.query('SELECT Id FROM Big__c');
    const first = await to.ask(`GET jobs/query/${id}/results`);
    expect(first.headers.get('sforce-locator')).toBe('MTAwMDA');
    const last = await to.ask(`GET jobs/query/${id}/results?locator=MTAwMDA`);
    expect([last.headers.get('sforce-numberofrecords'), last.headers.get('sforce-locator')]).toEqual([
      '1',
      'null',
    ]);
  });

  it('end a page at 1 GB, generated or not, and every row is on one', async () => {
    expect(resolveOptions().maxPageBytes).toBe(1e9);
    await using other = await startOrg({ maxPageBytes: 20_000, tables: { Big__c: 1700 } });
    const to = new Client(other);
    other.database.load(
      'Lead',
      Array.from({ length: 1700 }, (_, index) => ({ LastName: `L${index}`, Company: 'C' })),
    );
    for (const soql of ['SELECT Id FROM Big__c', 'SELECT Id FROM Lead']) {
      const all = await pages(to, await to.query(soql));
      expect(all.length, soql).toBeGreaterThan(1);
      for (const { text } of all) expect(text.length).toBeLessThanOrEqual(20_000 + '"Id"\n'.length);
      expect(new Set(all.flatMap(({ text }) => text.trim().split('\n').slice(1))).size, soql).toBe(1700);
    }
  });

  it('are chunked, or of a length that is said beforehand, as chosen', async () => {
    for (const [csvFraming, isLengthKnown] of [
      ['chunked', false],
      ['content-length', true],
    ] as const) {
      await using other = await startOrg({ quirks: { csvFraming } });
      const id = await new Client(other).query('SELECT Id FROM Account');
      const { headers, body } = await raw(other, `GET jobs/query/${id}/results`);
      expect(body.toString()).toBe('"Id"\n');
      expect(headers['content-length'] === '5').toBe(isLengthKnown);
      expect(headers['transfer-encoding'] === 'chunked').toBe(!isLengthKnown);
    }
  });

  it('break off when their download takes over 20 minutes', async () => {
    expect(resolveOptions().maxDownloadMs).toBe(20 * 60_000);
    await using other = await startOrg({ maxDownloadMs: 500, tables: { Big__c: 3000 } });
    const to = new Client(other);
    const id = await to.query('SELECT Id, Notes__c FROM Big__c');
    await other.faults.add({
      endpoint: 'query.results',
      action: { kind: 'trickle', bytesPerSecond: 100_000 },
    });
    expect((await raw(other, `GET jobs/query/${id}/results`)).complete).toBe(false);
    expect((await raw(other, `GET jobs/query/${id}/results`)).complete).toBe(true);
  });

  it('are a header alone when there is nothing', async () => {
    const id = await client.query("SELECT Id, Name FROM Account WHERE Name = 'nobody'");
    expect(await pages(client, id)).toEqual([{ text: '"Id","Name"\n', rows: '0' }]);
  });

  it('are refused with 409 to another API version', async () => {
    const id = await client.query('SELECT Id FROM Account');
    expect((await new Client(org, 'v61.0').ask(`GET jobs/query/${id}/results`)).status).toBe(409);
  });

  it('stay as they were when the records change', async () => {
    await using other = await startOrg({ queryPageRows: 1 });
    const to = new Client(other);
    other.database.load('Account', [{ Name: 'A' }, { Name: 'B' }]);
    const id = await to.query('SELECT Name FROM Account');
    other.database.load('Account', [{ Name: 'C' }]);
    expect((await pages(to, id)).map(({ text }) => text)).toEqual(['"Name"\n"A"\n', '"Name"\n"B"\n']);
  });
});
