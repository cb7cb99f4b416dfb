import { Readable } from 'node:stream';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { parseMapRules } from '../../../../src/lib/mapping/mapping.js';
import { fakeField, fakeObject } from '../../describe/fake-describe.ts';
import { planOf, uploadsOf } from './support.ts';

const id = '001000000000001AAA';
const object = fakeObject('Account', '001', [
  fakeField('Id', { type: 'id' }),
  fakeField('Name'),
  fakeField('Ext__c', { externalId: true, idLookup: true }),
  fakeField('ParentId', { type: 'reference', referenceTo: ['Account'], relationshipName: 'Parent' }),
]);
const update = { operation: 'update', preflight: true } as const;

const attributes = { type: 'Account', url: '/services/data/v60.0/sobjects/Account/001000000000002AAA' };
test.each([
  ['of an export', { 'Parent.Ext__c': null }],
  ['of a query of the stock CLI', { Parent: { attributes, Ext__c: null } }],
])('a key of a parent that is null %s leaves the parent alone', async (_, parent) => {
  const records = [
    { Id: id, Name: null, ...parent },
    { Id: id, Name: 'b', Parent: { Ext__c: 'p' } },
  ];
  const sent = ['Id,Name,Parent.Ext__c\n' + `${id},#N/A,\n${id},b,p\n`];
  for (const preflight of [true, false]) {
    const request = { ...update, preflight };
    const json = await planOf({ 'a.json': JSON.stringify(records) }, request, [object]);
    expect(await uploadsOf(json.plan)).toEqual(sent);
    const lines = records.map((record) => JSON.stringify(record)).join('\n');
    const ndjson = await planOf({ 'a.ndjson': lines }, request, [object]);
    expect(await uploadsOf(ndjson.plan)).toEqual(sent);
  }
  const inputs = [{ name: 'records', records: Readable.from(records) }];
  const { plan } = await planOf({}, { ...update, inputs }, [object]);
  expect(await uploadsOf(plan)).toEqual(sent);
});

test('a key of a parent that is null in Parquet leaves the parent alone', async () => {
  const columnData = [
    { name: 'Id', data: [id], type: 'STRING' as const },
    { name: 'Name', data: [null], type: 'STRING' as const },
    { name: 'Parent.Ext__c', data: [null], type: 'STRING' as const },
  ];
  const parquet = Buffer.from(parquetWriteBuffer({ columnData }));
  const { plan } = await planOf({ 'a.parquet': parquet }, update, [object]);
  expect(await uploadsOf(plan)).toEqual([`Id,Name,Parent.Ext__c\n${id},#N/A,\n`]);
});

test('a parent that is null itself, or its id, is cleared', async () => {
  const records = [
    { Id: id, Parent: null },
    { Id: id, Parent: { Ext__c: 'p' } },
  ];
  const { plan } = await planOf({ 'a.json': JSON.stringify(records) }, update, [object]);
  expect(await uploadsOf(plan)).toEqual([`Id,Parent.Ext__c\n${id},#N/A\n${id},p\n`]);
  const byId = await planOf({ 'a.json': JSON.stringify([{ Id: id, ParentId: null }]) }, update, [object]);
  expect(await uploadsOf(byId.plan)).toEqual([`Id,ParentId\n${id},#N/A\n`]);
});

test('what a null means is told by what its column sets', async () => {
  const mapping = parseMapRules(['Contact.Title=Name', 'Sku=Parent.Ext__c']);
  const records = [{ Id: id, Contact: { Title: null }, Sku: null }];
  const columns = { mapping };
  const { plan } = await planOf({ 'a.json': JSON.stringify(records) }, { ...update, columns }, [object]);
  expect(await uploadsOf(plan)).toEqual([`Id,Name,Parent.Ext__c\n${id},#N/A,\n`]);
});
