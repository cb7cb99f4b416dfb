import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveOptions } from '../../options.ts';
import type { Org } from '../../start.ts';
import { Client, errorOf, type Json } from './client.ts';
import { startOrg } from './over-tls.ts';

let org: Org;
let client: Client;

beforeAll(async () => {
  org = await startOrg({ restPageRows: 2000 });
  client = new Client(org);
  org.database.load(
    'Lead',
    Array.from({ length: 450 }, (_, index) => ({ LastName: `L${index}`, Company: 'C' })),
  );
  org.database.load('Account', [{ Name: 'Acme' }]);
});
afterAll(() => org.stop());

const soql = (query: string, more = ''): string => `GET query?q=${encodeURIComponent(query)}${more}`;

describe('a REST query', () => {
  it('answers totalSize, done and records with attributes', async () => {
    const { json } = await client.ask(soql('SELECT Id, Name FROM Account'));
    const [account] = org.database.scan('Account');
    expect(Object.keys(json)).toEqual(['totalSize', 'done', 'records']);
    expect(json).toMatchObject({
      totalSize: 1,
      done: true,
      records: [
        {
          attributes: {
            type: 'Account',
            url: `/services/data/v60.0/sobjects/Account/${String(account?.Id)}`,
          },
          Id: account?.Id,
          Name: 'Acme',
        },
      ],
    });
  });

  it('goes on at nextRecordsUrl, in batches of the size asked for, from 200 to 2,000', async () => {
    const first = await client.ask(soql('SELECT LastName FROM Lead'), {
      headers: { 'Sforce-Query-Options': 'batchSize=1' },
    });
    expect(first.json).toMatchObject({ totalSize: 450, done: false });
    expect(first.json.nextRecordsUrl).toMatch(/^\/services\/data\/v60\.0\/query\/01g\w{15}-200$/);
    const names = (first.json.records as Json[]).map(({ LastName }) => LastName);
    let url = first.json.nextRecordsUrl;
    while (typeof url === 'string') {
      const { json } = await client.ask(`GET ${url}`);
      names.push(...(json.records as Json[]).map(({ LastName }) => LastName));
      url = json.nextRecordsUrl;
    }
    expect(names).toEqual(Array.from({ length: 450 }, (_, index) => `L${index}`));
  });

  it('is made of 2,000 records a page unless asked otherwise, and goes on at /query/{locator} whatever it began as', async () => {
    expect(resolveOptions().restPageRows).toBe(2000);
    await using other = await startOrg({ tables: { Big__c: 2001 } });
    const to = new Client(other);
    const first = (await to.ask('GET queryAll?q=SELECT+Id+FROM+Big__c')).json;
    expect(first.records).toHaveLength(2000);
    const locator = String(first.nextRecordsUrl).split('/').at(-1)!;
    for (const path of ['query', 'queryAll'])
      expect((await to.ask(`GET ${path}/${locator}`)).json).toMatchObject({ totalSize: 2001, done: true });
  });

  it('refuses a bad locator with INVALID_QUERY_LOCATOR', async () => {
    expect(errorOf(await client.ask('GET query/01g000000000001AAA-2000'))).toMatchObject({
      status: 400,
      errorCode: 'INVALID_QUERY_LOCATOR',
    });
  });

  it('sees deleted records at /queryAll only', async () => {
    await client.ask('POST composite/sobjects', {
      json: { records: [{ attributes: { type: 'Case' }, Subject: 'x' }] },
    });
    const [found] = (await client.ask(soql('SELECT Id FROM Case'))).json.records as Json[];
    await client.ask(`DELETE composite/sobjects?ids=${String(found?.Id)}`);
    expect((await client.ask(soql('SELECT Id FROM Case'))).json.totalSize).toBe(0);
    expect((await client.ask(soql('SELECT Id FROM Case').replace('query', 'queryAll'))).json.totalSize).toBe(
      1,
    );
  });

  it('counts with COUNT()', async () => {
    expect((await client.ask(soql('SELECT COUNT() FROM Lead'))).json).toEqual({
      totalSize: 450,
      done: true,
      records: [],
    });
  });

  it('describes its columns with columns=true, parents as joinColumns', async () => {
    const { json } = await client.ask(soql('SELECT Id, Owner.Name FROM Account', '&columns=true'));
    expect(json).toMatchObject({
      entityName: 'Account',
      groupBy: false,
      idSelected: true,
      keyPrefix: '001',
      columnMetadata: [
        { aggregate: false, columnName: 'Id', displayName: 'Id', custom: false, joinColumns: [] },
        { columnName: 'Owner', joinColumns: [{ columnName: 'Name', joinColumns: [] }] },
      ],
    });
  });

  it('refuses what it does not know, with the code of REST', async () => {
    expect(errorOf(await client.ask(soql('SELECT Id FROM ScratchOrgInfo limit 1')))).toMatchObject({
      status: 400,
      errorCode: 'INVALID_TYPE',
    });
    expect(errorOf(await client.ask('GET query'))).toMatchObject({
      status: 400,
      errorCode: 'MALFORMED_QUERY',
    });
  });
});

describe('what the CLI asks at login', () => {
  it('userinfo has user_id and organization_id', async () => {
    expect((await client.ask('GET /services/oauth2/userinfo')).json).toMatchObject({
      user_id: org.userId,
      organization_id: org.orgId,
    });
    expect(
      (await client.ask('GET /services/oauth2/userinfo', { headers: { Authorization: 'Bearer x' } })).status,
    ).toBe(403);
  });

  it('the user record has a Username', async () => {
    expect((await client.ask(`GET /services/data/v51.0/sobjects/User/${org.userId}`)).json).toMatchObject({
      Username: org.username,
    });
  });

  it('the newest version is the last of the list, which needs no session', async () => {
    const answer = await client.ask('GET //services/data', { headers: { Authorization: '' } });
    const versions = JSON.parse(answer.text) as Json[];
    expect(versions.at(-1)).toEqual({ label: "Summer '26", url: '/services/data/v67.0', version: '67.0' });
    expect(versions[0]).toMatchObject({ version: '31.0' });
    expect(versions.find(({ version }) => version === '59.0')).toMatchObject({ label: "Winter '24" });
  });

  it('Organization has one record', async () => {
    const { json } = await client.ask(
      soql(
        'SELECT Name, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix, OrganizationType FROM Organization',
      ),
    );
    expect(json.records).toMatchObject([{ Name: 'Local Org', IsSandbox: false, NamespacePrefix: null }]);
  });

  it('SandboxProcess has none, over the Tooling API', async () => {
    const query = `SELECT Id, Status FROM SandboxProcess WHERE SandboxOrganization='${org.orgId}' ORDER BY CreatedDate DESC`;
    expect((await client.ask(soql(query).replace('query', 'tooling/query'))).json).toMatchObject({
      totalSize: 0,
      done: true,
      records: [],
    });
  });

  it('the resources of a version lead to the identity', async () => {
    const { json } = await client.ask('GET /services/data/v60.0');
    expect(json).toMatchObject({
      sobjects: '/services/data/v60.0/sobjects',
      identity: `${org.url}/id/${org.orgId}/${org.userId}`,
    });
    const identity = await client.ask(`GET /id/${org.orgId}/${org.userId}`);
    expect(identity.json).toMatchObject({
      user_id: org.userId,
      organization_id: org.orgId,
      username: org.username,
    });
  });
});

describe('describe and limits', () => {
  it('describe has the fields that decide what can be loaded', async () => {
    const { json } = await client.ask('GET sobjects/account/describe');
    const fields = json.fields as Json[];
    expect(json).toMatchObject({ name: 'Account', keyPrefix: '001' });
    for (const key of 'name type relationshipName referenceTo externalId idLookup createable updateable nillable defaultedOnCreate polymorphicForeignKey picklistValues length'.split(
      ' ',
    )) {
      expect(fields[0]).toHaveProperty(key);
    }
  });

  it('an unknown object is 404 NOT_FOUND', async () => {
    expect(errorOf(await client.ask('GET sobjects/Nope/describe'))).toMatchObject({
      status: 404,
      errorCode: 'NOT_FOUND',
    });
  });

  it('the global describe lists objects without their fields', async () => {
    const { json } = await client.ask('GET sobjects');
    expect((json.sobjects as Json[]).find(({ name }) => name === 'Account')).not.toHaveProperty('fields');
  });

  it('limits have a maximum and what remains, some for single applications too', async () => {
    const { json } = await client.ask('GET limits');
    expect(json.DailyApiRequests).toMatchObject({ 'Salesforce for Android': { Max: 0, Remaining: 0 } });
    expect(json).toMatchObject({
      DailyBulkApiBatches: { Max: 15_000 },
      DailyBulkV2QueryJobs: { Max: 10_000 },
      DailyBulkV2QueryFileStorageMB: { Max: 976_562 },
    });
  });

  it('limits count down', async () => {
    const before = (await client.ask('GET limits')).json as Record<string, { Remaining: number }>;
    await client.query('SELECT Id FROM Account');
    const after = (await client.ask('GET limits')).json as Record<string, { Remaining: number }>;
    expect(before.DailyBulkV2QueryJobs!.Remaining - after.DailyBulkV2QueryJobs!.Remaining).toBe(1);
    expect(before.DailyApiRequests!.Remaining - after.DailyApiRequests!.Remaining).toBeGreaterThan(1);
  });
});

describe('single records', () => {
  it('are created, read, changed, upserted and deleted', async () => {
    const created = await client.ask('POST sobjects/Account', { json: { Name: 'One' } });
    expect([created.status, created.json.success]).toEqual([201, true]);
    const path = `sobjects/Account/${String(created.json.id)}`;
    expect((await client.ask(`PATCH ${path}`, { json: { Name: 'Two' } })).status).toBe(204);
    expect((await client.ask(`GET ${path}?fields=Name`)).json).toMatchObject({ Name: 'Two' });
    expect((await client.ask(`DELETE ${path}`)).status).toBe(204);
    expect((await client.ask(`GET ${path}`)).status).toBe(404);
    expect(errorOf(await client.ask('POST sobjects/Account', { json: {} }))).toMatchObject({
      status: 400,
      errorCode: 'REQUIRED_FIELD_MISSING',
      fields: ['Name'],
    });
  });
});
