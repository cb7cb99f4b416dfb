import { describe, expect, test } from 'vitest';
import { InputError, UsageError } from '../../../../src/lib/errors.js';
import type { LoadRequest } from '../../../../src/lib/load/model/request.js';
import { account, fakeField, fakeObject, lookup } from '../../describe/fake-describe.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { planOf, uploadsOf } from './support.ts';
import { parseMapRules } from '../../../../src/lib/mapping/mapping.js';
import { parseSdl } from '../../../../src/lib/mapping/sdl.js';

describe('columns of a load that is not checked', () => {
  test('go to the fields of their names, whatever those are', async () => {
    const { plan } = await planOf({ 'a.csv': 'Nonsense,Name\n1,a\n' });
    expect(plan.columns).toEqual(['Nonsense', 'Name']);
  });

  test('go to the fields that they are mapped to, and those that are left out are not sent', async () => {
    const mapping = parseMapRules(['Company=Name', 'Notes=']);
    const { plan } = await planOf({ 'a.csv': 'Notes,Company,Site\nx,a,1\n' }, { columns: { mapping } });
    expect(await uploadsOf(plan)).toEqual(['Name,Site\na,1\n']);
  });

  test('a mapping that only renames leaves the rows where they are', async () => {
    const mapping = parseMapRules(['Company=Name']);
    const { plan } = await planOf({ 'a.csv': 'Company,Site\na,1\n' }, { columns: { mapping } });
    expect(plan.sources[0]?.spooled).toBe(false);
    expect(await uploadsOf(plan)).toEqual(['Name,Site\na,1\n']);
  });

  test('an upsert matches by the field that is named, or by the one that is found as with a preflight', async () => {
    const upsert = { operation: 'upsert' } as const;
    const { plan } = await planOf({ 'a.csv': 'Id,Name\n001,a\n' }, upsert, [account]);
    expect(plan.externalId).toBe('Id');
    const { plan: found } = await planOf({ 'a.csv': 'Name,Ext__c\na,1\n' }, upsert, [account]);
    expect(found.externalId).toBe('Ext__c');
    const { plan: named } = await planOf(
      { 'a.csv': 'Key__c,Name\n1,a\n' },
      { ...upsert, externalId: 'Key__c' },
    );
    expect(named.externalId).toBe('Key__c');
    const refusal = await failureOf<UsageError>(planOf({ 'a.csv': 'Name\na\n' }, upsert, [account]));
    expect(refusal).toBeInstanceOf(UsageError);
    expect(refusal.actions.join()).toContain('Ext__c');
  });

  test('an upsert into an object that the org does not show needs its field named', async () => {
    const refusal = await failureOf(planOf({ 'a.csv': 'Id\n1\n' }, { operation: 'upsert' }));
    expect(refusal).toBeInstanceOf(UsageError);
  });

  test('that are no fields are left out where that was asked for, and sent where it was not', async () => {
    const contents = { 'a.csv': 'Notes,Name\nx,a\n' };
    const columns = { ignoreUnknown: true };
    expect(await uploadsOf((await planOf(contents, { columns }, [account])).plan)).toEqual(['Name\na\n']);
    expect(await uploadsOf((await planOf(contents, {}, [account])).plan)).toEqual(['Notes,Name\nx,a\n']);
  });

  test.each([[[account]], [[]]])('a deletion sends the ids and nothing else', async (objects) => {
    const contents = { 'a.csv': 'Name,Id\na,001000000000001\n' };
    const { plan } = await planOf(contents, { operation: 'delete' }, objects);
    expect(await uploadsOf(plan)).toEqual(['Id\n001000000000001\n']);
    const refusal = planOf({ 'a.csv': 'Name\na\n' }, { operation: 'delete' }, objects);
    expect((await failureOf<InputError>(refusal)).problems).toMatchObject([{ code: 'ID_MISSING' }]);
  });
});

describe('what is sent does not depend on the preflight', () => {
  const object = fakeObject('Account', '001', [
    fakeField('Name', { nillable: false }),
    fakeField('Ext__c', { externalId: true, idLookup: true }),
    fakeField('Active__c', { type: 'boolean', nillable: false, defaultedOnCreate: true }),
    fakeField('Day__c', { type: 'date' }),
    lookup('ParentId', 'Parent', ['Account']),
  ]);
  const json = [
    { Key: 'k', Name: 'a', Active__c: null, Day__c: null, Extra: 1 },
    { Key: 'l', Name: 'b', Active__c: true, Day__c: '2026-01-31', Extra: 2 },
  ];
  test.each<[string, Readonly<Record<string, string>>, Partial<LoadRequest>]>([
    ['an upsert', { 'a.csv': 'Name,Ext__c\na,1\n' }, { operation: 'upsert' }],
    ['a deletion', { 'a.csv': 'Id,Name\n001000000000001,a\n' }, { operation: 'delete' }],
    ['an unknown column', { 'a.csv': 'Name,No\na,1\n' }, { columns: { ignoreUnknown: true } }],
    ['a mapping', { 'a.csv': 'N\na\n' }, { columns: { mapping: parseMapRules(['N=Name']) } }],
    ['nulls of empty cells', { 'a.csv': 'Name,Active__c,Day__c\na,,\n' }, { columns: { emptyAsNull: true } }],
    [
      'records',
      { 'a.json': JSON.stringify(json) },
      { operation: 'upsert', columns: { ignoreUnknown: true, mapping: parseMapRules(['Key=Ext__c']) } },
    ],
  ])('%s', async (_, contents, request) => {
    const sent = async (preflight: boolean) => {
      const { plan } = await planOf(contents, { ...request, preflight }, [object]);
      const { externalId, columns, header } = plan;
      return { externalId, columns, header, uploads: await uploadsOf(plan) };
    };
    expect(await sent(false)).toEqual(await sent(true));
  });
});

describe('a checkbox', () => {
  const object = fakeObject('Account', '001', [
    fakeField('Name', { nillable: false }),
    fakeField('Site'),
    fakeField('Active__c', { type: 'boolean', nillable: false, defaultedOnCreate: true }),
  ]);

  test('keeps its empty cells where those of other columns clear their fields', async () => {
    const request = { columns: { emptyAsNull: true }, preflight: true };
    const { plan } = await planOf({ 'a.csv': 'Name,Active__c,Site\na,,""\nb,"",\n' }, request, [object]);
    expect(await uploadsOf(plan)).toEqual(['Name,Active__c,Site\na,,#N/A\nb,,#N/A\n']);
  });

  test('that is null in a record, also under another name, leaves its cell empty', async () => {
    const contents = { 'a.json': '[{"Name":"a","On":null,"Site":null}]' };
    const columns = { mapping: parseMapRules(['On=Active__c']) };
    const { plan } = await planOf(contents, { columns, preflight: true }, [object]);
    expect(await uploadsOf(plan)).toEqual(['Name,Active__c,Site\na,,#N/A\n']);
  });
});

describe('a key that occurs twice', () => {
  const contents = { 'a.csv': 'Ext__c,Name\nK1,a\nk2,b\nk1,c\n' };
  const upsert = { operation: 'upsert', preflight: true } as const;

  test('is a warning with both rows, and all rows are sent', async () => {
    const { plan, warnings } = await planOf(contents, upsert, [account]);
    expect(plan.rows).toBe(3);
    expect(warnings.map(({ message }) => message)).toEqual(plan.warnings);
    expect(plan.warnings).toEqual([expect.stringMatching(/"K1" .* row 1 and in row 3. Either row may win/)]);
  });

  test.each([true, false])('is refused where that was asked for, with preflight: %s', async (preflight) => {
    const request = { ...upsert, preflight, duplicateKeys: 'refuse' } as const;
    const { problems } = await failureOf<InputError>(planOf(contents, request, [account]));
    expect(problems).toMatchObject([
      { code: 'DUPLICATE_KEY', row: 3, message: expect.stringContaining('"k1"') as unknown },
    ]);
  });
});

test.each([
  ['Owner\\:User-Username', 'User:Owner.Username'],
  ['Parent\\:Account-Ext__c', 'Parent.Ext__c'],
  ['Parent\\:Ext__c', 'Parent.Ext__c'],
])('a mapping file may name a parent as %s', async (field, header) => {
  const mapping = parseSdl(`N=Name\nP=${field}\n`, { file: 'a.sdl' });
  for (const preflight of [true, false]) {
    const { plan } = await planOf({ 'a.csv': 'N,P\na,b\n' }, { preflight, columns: { mapping } }, [account]);
    expect(plan.columns).toEqual(['Name', header]);
  }
});

test.each([
  ['delete', '001000000000001AAA\n001000000000002AAA\n'],
  ['delete', '\u00a0Id\n001000000000001AAA\n'],
  ['upsert', '"Ext__c,Name"\n"1,a"\n'],
  ['update', 'Id~Name\n001000000000001AAA~a\n'],
] as const)('an input for %s whose header is none is refused for that alone: %j', async (operation, text) => {
  // Without a preflight an update is not refused for want of an Id.
  for (const preflight of operation === 'update' ? [true] : [true, false]) {
    const refusal = await failureOf<InputError>(
      planOf({ 'a.csv': text }, { operation, preflight }, [account]),
    );
    expect(refusal.problems).toMatchObject([{ code: 'MISREAD_HEADER', file: 'a.csv' }]);
  }
});

test('a header in the middle of the rows is refused', async () => {
  const contents = { 'a.csv': 'Name,Ext__c\na,1\nName,Ext__c\nb,2\n' };
  const refusal = await failureOf<InputError>(planOf(contents, { preflight: true }, [account]));
  expect(refusal.problems).toMatchObject([{ code: 'HEADER_AGAIN', row: 2, file: 'a.csv' }]);
});

test('a row that has the name of the only column for a value is loaded, and the first one told of', async () => {
  const contents = { 'a.csv': 'Name\nAcme\nName\nname\nName\n', 'b.csv': 'Name\nB\n' };
  const { plan, warnings } = await planOf(contents, { preflight: true }, [account]);
  expect(plan.rows).toBe(5);
  expect(warnings).toMatchObject([{ code: 'HEADER_PERHAPS', file: 'a.csv', row: 2 }]);
});

test('empty keys stay empty with --empty-as-null, so that an upsert by Id creates their records', async () => {
  const request = { operation: 'upsert', columns: { emptyAsNull: true }, preflight: true } as const;
  const { plan } = await planOf({ 'a.csv': 'Id,Name,Ext__c\n,a,\n' }, request, [account]);
  expect(await uploadsOf(plan)).toEqual(['Id,Name,Ext__c\n,a,#N/A\n']);
});

test('an empty cell that would clear a field which cannot be empty is found by the check', async () => {
  const request = { operation: 'update', columns: { emptyAsNull: true }, preflight: true } as const;
  const contents = { 'a.csv': 'Id,Name\n001000000000001AAA,\n' };
  const refusal = await failureOf<InputError>(planOf(contents, request, [account]));
  expect(refusal.problems).toMatchObject([{ code: 'NULL_NOT_ALLOWED', row: 1, column: 'Name' }]);
});

describe('columns of a result file', () => {
  const failed = '"sf__Id","sf__Error","source__File","source__Row",Name,Site\n"","E:x:--",a.csv,3,a,1\n';
  const success = '"sf__Id","sf__Created",Name,Site\n"001000000000001AAA","true","a","1"\n';

  test.each([[[]], [[account]]])("that are the tool's own are not sent, with a notice", async (objects) => {
    const { plan, warnings } = await planOf(
      { '750-failed-records.csv': failed },
      { operation: 'insert' },
      objects,
    );
    expect(await uploadsOf(plan)).toEqual(['Name,Site\na,1\n']);
    expect(warnings.map(({ message }) => message).join()).toContain(
      'sf__Id, sf__Error, source__File, source__Row',
    );
  });

  test.each(['delete', 'hardDelete'] as const)('name the records of a %s by sf__Id', async (operation) => {
    const { plan } = await planOf({ '750-success-records.csv': success }, { operation }, [account]);
    expect(await uploadsOf(plan)).toEqual(['Id\n"001000000000001AAA"\n']);
  });

  test('name the records of an update by sf__Id, and of an upsert by Id', async () => {
    const contents = { '750-success-records.csv': success };
    const { plan } = await planOf(contents, { operation: 'update' }, [account]);
    expect(await uploadsOf(plan)).toEqual(['Id,Name,Site\n"001000000000001AAA","a","1"\n']);
    const { plan: upsert } = await planOf(contents, { operation: 'upsert', externalId: 'Id' }, [account]);
    expect(upsert.columns).toEqual(['Id', 'Name', 'Site']);
  });

  test('leave an Id that the file has alone, and one that a mapping makes', async () => {
    const contents = { 'a.csv': 'sf__Id,Id,Name\nx,001000000000002AAA,a\n' };
    const { plan } = await planOf(contents, { operation: 'update' }, [account]);
    expect(await uploadsOf(plan)).toEqual(['Id,Name\n001000000000002AAA,a\n']);
    const mapping = parseMapRules(['sf__Id=ParentId']);
    const mapped = await planOf({ 'a.csv': success }, { operation: 'insert', columns: { mapping } });
    expect(mapped.plan.columns).toEqual(['ParentId', 'Name', 'Site']);
  });

  test('are not counted against a delimiter', async () => {
    const saved = 'sf__Id;sf__Error;source__File;source__Row;Name\n;E:a, b:--;a.csv;3;a\n';
    const { plan } = await planOf({ 'a.csv': saved }, { operation: 'insert' }, [account]);
    expect(plan.columns).toEqual(['Name']);
  });
});
