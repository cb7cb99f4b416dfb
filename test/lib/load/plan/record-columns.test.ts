import { Readable } from 'node:stream';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { parseMapRules } from '../../../../src/lib/mapping/mapping.js';
import { fakeField, fakeObject } from '../../describe/fake-describe.ts';
import { exportedWorkbook } from '../../../support/workbook.ts';
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

describe('with --empty-as-null', () => {
  const emptyAsNull = { columns: { emptyAsNull: true } };
  const records = [
    { Ext__c: 'a', Name: '', 'Parent.Ext__c': 'p' },
    { Ext__c: 'b', 'Parent.Ext__c': '' },
    { Ext__c: 'c', Name: null, 'Parent.Ext__c': null },
  ];
  const sent = 'Ext__c,Name,Parent.Ext__c\na,#N/A,p\nb,,#N/A\nc,#N/A,\n';

  test.each(['insert', 'upsert'] as const)(
    'a field that a record of an %s does not have stays as it is',
    async (operation) => {
      const key = operation === 'insert' ? {} : { externalId: 'Ext__c' };
      for (const preflight of [true, false]) {
        const request = { operation, preflight, ...key, ...emptyAsNull };
        const files = {
          'a.json': JSON.stringify(records),
          'a.ndjson': records.map((record) => JSON.stringify(record)).join('\n'),
        };
        for (const [name, content] of Object.entries(files)) {
          const { plan } = await planOf({ [name]: content }, request, [object]);
          expect(await uploadsOf(plan), name).toEqual([sent]);
        }
        const inputs = [{ name: 'records', records: Readable.from(records) }];
        const { plan } = await planOf({}, { ...request, inputs }, [object]);
        expect(await uploadsOf(plan)).toEqual([sent]);
      }
    },
  );

  test('null and empty text of Parquet clear the field', async () => {
    const columnData = [
      { name: 'Ext__c', data: ['a', 'b'], type: 'STRING' as const },
      { name: 'Name', data: [null, ''], type: 'STRING' as const },
    ];
    const content = Buffer.from(parquetWriteBuffer({ columnData }));
    const request = { operation: 'upsert', externalId: 'Ext__c', preflight: true, ...emptyAsNull } as const;
    const { plan } = await planOf({ 'a.parquet': content }, request, [object]);
    expect(await uploadsOf(plan)).toEqual(['Ext__c,Name\na,#N/A\nb,#N/A\n']);
  });

  test('cells of CSV and of workbooks beside records are cleared all the same', async () => {
    const files = {
      'a.csv': 'Name,Ext__c\n,a\n',
      'b.json': '[{"Ext__c":"b"},{"Name":"x","Ext__c":"c"}]',
      'c.xlsx': exportedWorkbook(['Name', 'Ext__c'], ',d\n'),
    };
    const request = { operation: 'upsert', externalId: 'Ext__c', preflight: true, ...emptyAsNull } as const;
    const { plan } = await planOf(files, request, [object]);
    expect(await uploadsOf(plan)).toEqual(['Name,Ext__c\n#N/A,a\n,b\nx,c\n#N/A,d\n']);
  });

  test('an id that is null or empty is none', async () => {
    const request = { operation: 'upsert', externalId: 'Id', preflight: true, ...emptyAsNull } as const;
    const ids = JSON.stringify([
      { Id: null, Name: 'a' },
      { Id: '', Name: 'b' },
    ]);
    const { plan } = await planOf({ 'a.json': ids }, request, [object]);
    expect(await uploadsOf(plan)).toEqual(['Id,Name\n,a\n,b\n']);
  });
});
