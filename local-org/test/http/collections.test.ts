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

const account = (fields: Json): Json => ({ attributes: { type: 'Account' }, ...fields });

/** The items of an answer. */
async function items(address: string, json?: unknown): Promise<Json[]> {
  const answer = await client.ask(address, json === undefined ? {} : { json });
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text) as Json[];
}

describe('SObject Collections', () => {
  it('answer 200 in the order of the request even when items fail, the error key being statusCode', async () => {
    const [good, bad, last] = await items('POST composite/sobjects', {
      allOrNone: false,
      records: [account({ Name: 'A' }), account({}), account({ Name: 'C' })],
    });
    expect(good).toEqual({ id: expect.stringMatching(/^001\w{15}$/) as string, success: true, errors: [] });
    expect(bad).toEqual({
      success: false,
      errors: [
        {
          statusCode: 'REQUIRED_FIELD_MISSING',
          message: 'Required fields are missing: [Name]',
          fields: ['Name'],
        },
      ],
    });
    expect(last).toMatchObject({ success: true });
  });

  it('roll everything back with allOrNone', async () => {
    const before = [...org.database.scan('Account')].length;
    const [good, bad] = await items('POST composite/sobjects', {
      allOrNone: true,
      records: [account({ Name: 'A' }), account({})],
    });
    expect(good).toMatchObject({
      success: false,
      errors: [
        {
          statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
          message:
            'Record rolled back because not all records were valid and the request was using AllOrNone header',
        },
      ],
    });
    expect(bad).toMatchObject({ success: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] });
    expect([...org.database.scan('Account')]).toHaveLength(before);
  });

  it('roll back deletes too, and leave ids on what was undone where the org does', async () => {
    const [created] = await items('POST composite/sobjects', { records: [account({ Name: 'Stays' })] });
    const id = String(created?.id);
    const [undone] = await items(`DELETE composite/sobjects?ids=${id},001nope&allOrNone=true`);
    expect(undone).toMatchObject({ errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK' }] });
    expect(undone).not.toHaveProperty('id');
    expect([...org.database.scan('Account')].map(({ Id }) => Id)).toContain(id);
    await using other = await startOrg({ quirks: { rolledBackKeepsId: true } });
    const answer = await new Client(other).ask('POST composite/sobjects', {
      json: { allOrNone: true, records: [account({ Name: 'A' }), account({})] },
    });
    const [kept, failed] = JSON.parse(answer.text) as Json[];
    expect(kept?.id).toMatch(/^001/);
    expect(failed).not.toHaveProperty('id');
  });

  it.each([
    ['no records', { allOrNone: false }],
    ['a record without its type', { records: [{ Name: 'x' }] }],
    ['a value of the wrong type', { records: [account({ Name: 'x', AnnualRevenue: 'lots' })] }],
  ])('answer 400 to a request that is malformed: %s', async (_, json) => {
    expect((await client.ask('POST composite/sobjects', { json })).status).toBe(400);
  });

  it('update by id, in any case of the key', async () => {
    const [created] = await items('POST composite/sobjects', { records: [account({ Name: 'Old' })] });
    expect(
      await items('PATCH composite/sobjects', { records: [account({ id: created?.id, Name: 'New' })] }),
    ).toEqual([{ id: created?.id, success: true, errors: [] }]);
    const [read] = await items(`GET composite/sobjects/Account?ids=${String(created?.id)}&fields=Name`);
    expect(read).toMatchObject({ Name: 'New' });
  });

  it('upsert by external id with created true, then false', async () => {
    const custom = org.database.describe('Shipment__c');
    const key = custom.fields.find(({ externalId }) => externalId)!;
    const record = {
      attributes: { type: custom.name },
      Name: 'x',
      [key.name]: key.type === 'double' ? 7 : 'k-1',
    };
    const address = `PATCH composite/sobjects/${custom.name}/${key.name}`;
    expect(await items(address, { records: [record] })).toMatchObject([{ success: true, created: true }]);
    expect(await items(address, { records: [record] })).toMatchObject([{ success: true, created: false }]);
    expect((await client.ask(address, { json: { records: [account({ Name: 'x' })] } })).status).toBe(400);
  });

  it('delete by ids in the address', async () => {
    const [created] = await items('POST composite/sobjects', { records: [account({ Name: 'Gone' })] });
    const [gone, malformed] = await items(
      `DELETE composite/sobjects?ids=${String(created?.id)},001nope&allOrNone=false`,
    );
    expect(gone).toEqual({ id: created?.id, success: true, errors: [] });
    expect(malformed).toMatchObject({ success: false, errors: [{ statusCode: 'MALFORMED_ID' }] });
  });

  it('refuse over 200 records and over 10 changes of type', async () => {
    const many = Array.from({ length: 201 }, () => account({ Name: 'A' }));
    expect(errorOf(await client.ask('POST composite/sobjects', { json: { records: many } }))).toMatchObject({
      status: 400,
      message: 'record limit reached. cannot submit more than 200 records into this call',
    });
    const mixed = Array.from({ length: 12 }, (_, index) => ({
      attributes: { type: index % 2 === 0 ? 'Account' : 'Lead' },
    }));
    expect((await client.ask('POST composite/sobjects', { json: { records: mixed } })).status).toBe(400);
    expect(
      (await client.ask('POST composite/sobjects', { json: { records: mixed.slice(0, 10) } })).status,
    ).toBe(200);
  });

  it('are there from v42 on, upsert from v46', async () => {
    const put = async (version: string, address: string): Promise<number> =>
      (await new Client(org, version).ask(address, { json: { records: [] } })).status;
    expect(await put('v41.0', 'POST composite/sobjects')).toBe(404);
    expect(await put('v42.0', 'POST composite/sobjects')).toBe(200);
    expect(await put('v45.0', 'PATCH composite/sobjects/Account/Id')).toBe(404);
    expect(await put('v46.0', 'PATCH composite/sobjects/Account/Id')).toBe(200);
  });
});
