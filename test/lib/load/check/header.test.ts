import { describe, expect, test } from 'vitest';
import type { IngestOperation, SObjectDescribe } from '../../../../src/lib/api/types.js';
import { checkHeader, type HeaderCheck } from '../../../../src/lib/load/check/header.js';
import { account, contact, describeOf, fakeField, fakeObject, task } from '../../describe/fake-describe.ts';

type Options = { readonly externalIdField?: string; readonly ignoreUnknownColumns?: boolean };

function check(
  operation: IngestOperation,
  object: SObjectDescribe,
  header: string,
  options: Options = {},
): Promise<HeaderCheck> {
  const columns = header === '' ? [] : header.split(',');
  return checkHeader({ operation, columns, describe: object, describeOf, ...options });
}

function codes({ problems }: HeaderCheck): string[] {
  return problems.map(({ code, column }) => (column === undefined ? code : `${code} ${column}`));
}

describe('a good header', () => {
  test.each<[IngestOperation, SObjectDescribe, string, string?]>([
    ['insert', account, 'Name,BillingCity,Parent.Ext__c'],
    ['insert', account, 'NAME,billingcity,parent.EXT__C'],
    ['insert', account, 'Name,User:Owner.Username'],
    ['insert', contact, 'LastName,Company__r.Ext__c,Mother__r.Email,AccountId'],
    ['insert', task, 'Subject,Contact:Who.Ext__c,Lead:Who.Email'],
    ['update', account, 'Id,Name'],
    ['upsert', account, 'Id,Name', 'Id'],
    ['upsert', account, 'Ext__c,Name', 'Ext__c'],
    ['upsert', contact, 'Email,LastName', 'email'],
    ['delete', account, 'id'],
    ['hardDelete', account, 'Id'],
  ])('%s of %o with %s has no problems', async (operation, object, header, externalIdField) => {
    const options = externalIdField === undefined ? {} : { externalIdField };
    expect(codes(await check(operation, object, header, options))).toEqual([]);
  });

  test('gives the columns to send with the fields they set', async () => {
    const { columns } = await check('upsert', account, 'Ext__c,Parent.Ext__c,name', {
      externalIdField: 'Ext__c',
    });
    const told = columns.map(({ index, name, field, parentField, byParentKey, isKey }) => ({
      index,
      name,
      sets: field.name,
      parentField: parentField?.name,
      byParentKey,
      isKey,
    }));
    const plain = { parentField: undefined, byParentKey: false };
    expect(told).toEqual([
      { index: 0, name: 'Ext__c', sets: 'Ext__c', ...plain, isKey: true },
      {
        index: 1,
        name: 'Parent.Ext__c',
        sets: 'ParentId',
        parentField: 'Ext__c',
        byParentKey: true,
        isKey: false,
      },
      { index: 2, name: 'name', sets: 'Name', ...plain, isKey: false },
    ]);
  });
});

/** Reads `update Account: Id,Name`. */
function checkLine(line: string, options: Options = {}): Promise<HeaderCheck> {
  const [, operation = '', name = '', header = ''] = /^(\w+) (\w+): (.*)$/.exec(line) ?? [];
  const object = [account, contact, task].find((candidate) => candidate.name === name)!;
  return check(operation as IngestOperation, object, header, options);
}

describe('what the object allows', () => {
  test.each<[IngestOperation, Partial<SObjectDescribe>]>([
    ['insert', { createable: false }],
    ['update', { updateable: false }],
    ['upsert', { createable: false, updateable: false }],
    ['delete', { deletable: false }],
    ['hardDelete', { deletable: false }],
  ])('%s into an object with %o is refused for that alone', async (operation, may) => {
    expect(codes(await check(operation, { ...account, ...may }, 'Nonsense'))).toEqual(['OBJECT_READ_ONLY']);
  });

  test.each([{ createable: false }, { updateable: false }])(
    'an upsert that can do only one of the two is warned of: %o',
    async (may) => {
      const object = { ...account, ...may };
      const { problems, warnings } = await check('upsert', object, 'Ext__c,Name', {
        externalIdField: 'Ext__c',
      });
      expect(problems).toEqual([]);
      expect(warnings).toMatchObject([{ code: 'OBJECT_READ_ONLY' }]);
    },
  );
});

test('an Id beside the key of an upsert is refused, with the ways out', async () => {
  const result = await check('upsert', account, 'Ext__c,id,Name', { externalIdField: 'Ext__c' });
  expect(codes(result)).toEqual(['ID_BESIDE_KEY id']);
  expect(result.problems[0]?.message).toMatch(/--map "id=".*--external-id Id/);
});

describe('what is wrong with a column', () => {
  test.each([
    ['an unknown name', 'update Account: Id,Nmae', 'UNKNOWN_COLUMN Nmae', /Did you mean "Name"/],
    ['a label', 'update Account: Id,Account Name', 'UNKNOWN_COLUMN Account Name', /Did you mean "Name"/],
    ['blanks', 'update Account: Id, Name', 'UNKNOWN_COLUMN  Name', /blanks around "Name"/],
    ['a column of results', 'update Account: Id,sf__Error', 'UNKNOWN_COLUMN sf__Error', /file of results/],
    ['a relationship alone', 'update Contact: Id,Account', 'UNKNOWN_COLUMN Account', /"Account=AccountId"/],
    [
      'no name',
      'update Account: Id,',
      'EMPTY_COLUMN 2',
      /Column 2 of 2 has no name.*--ignore-unknown-columns/,
    ],
    ['Id on insert', 'insert Account: Name,Id', 'ID_ON_INSERT Id', /upsert/],
    ['a computed field', 'insert Account: Name,CreatedDate', 'NOT_CREATEABLE CreatedDate', /new records/],
    [
      'a computed field',
      'update Account: Id,CreatedDate',
      'NOT_UPDATEABLE CreatedDate',
      /existing records. The org fills it in/,
    ],
    ['a fixed parent', 'update Contact: Id,Company__c', 'NOT_UPDATEABLE Company__c', /existing/],
    [
      'a compound',
      'update Account: Id,BillingAddress',
      'NOT_UPDATEABLE BillingAddress',
      /City, BillingStreet/,
    ],
    ['a field twice', 'update Account: Id,Name,NAME', 'DUPLICATE_COLUMN NAME', /More than one column/],
    [
      'a key twice',
      'update Contact: Id,Mother__r.Email,mother__r.email',
      'DUPLICATE_COLUMN mother__r.email',
      /More/,
    ],
    [
      'an unknown relationship',
      'update Contact: Id,Acount.Ext__c',
      'UNKNOWN_RELATIONSHIP Acount.Ext__c',
      /"Account.Ext__c"/,
    ],
    [
      'the lookup for its relationship',
      'update Contact: Id,Mother__c.Email',
      'UNKNOWN_RELATIONSHIP Mother__c.Email',
      /"Mother__r.Email"/,
    ],
    [
      'two levels up',
      'update Contact: Id,Account.Parent.Name',
      'RELATIONSHIP_TOO_DEEP Account.Parent.Name',
      /one level/,
    ],
    ['half a path', 'update Contact: Id,Account.', 'RELATIONSHIP_TOO_DEEP Account.', /cannot be read/],
    [
      'the parent by Id',
      'update Contact: Id,Account.Id',
      'RELATIONSHIP_BY_ID Account.Id',
      /column "AccountId"/,
    ],
    [
      'an unknown parent field',
      'update Contact: Id,Account.Ex__c',
      'UNKNOWN_PARENT_FIELD Account.Ex__c',
      /no field "Ex__c"/,
    ],
    [
      'a parent field that is no key',
      'update Contact: Id,Account.Name',
      'NOT_A_KEY Account.Name',
      /It has Ext__c/,
    ],
    [
      'an object type too many',
      'update Contact: Id,X:Account.Ext__c',
      'OBJECT_TYPE_NOT_ALLOWED X:Account.Ext__c',
      /Write "Account.Ext__c"/,
    ],
    [
      'no object type, and a key of one of the objects',
      'update Task: Id,Who.Email',
      'OBJECT_TYPE_REQUIRED Who.Email',
      /Write "Contact:Who.Email"\.$/,
    ],
    ['a key of none', 'update Task: Id,Who.LastName', 'OBJECT_TYPE_REQUIRED Who.LastName', /OBJECT:Who.KEY/],
    [
      'the wrong object type',
      'update Task: Id,Asset:Who.Ext__c',
      'OBJECT_TYPE_UNKNOWN Asset:Who.Ext__c',
      /Contact or Lead/,
    ],
  ])('%s: %s', async (_, line, code, message) => {
    const result = await checkLine(line);
    expect(codes(result)).toEqual([code]);
    expect(result.problems[0]).toMatchObject({ row: 0, message: expect.stringMatching(message) as string });
  });

  test('a header that was cut at the wrong character is recognised', async () => {
    const { problems } = await checkLine('upsert Account: Id;Name;Parent.Ext__c');
    expect(problems[0]?.message).toContain('--column-delimiter');
  });
});

describe('what is missing', () => {
  test.each<[string, string, string, Options?]>([
    ['a required field', 'insert Account: BillingCity', 'MISSING_REQUIRED'],
    ['Id for an update', 'update Account: Name', 'ID_MISSING'],
    ['Id for a deletion', 'delete Account: Name', 'ID_MISSING'],
    ['the column of the key', 'upsert Account: Name', 'EXTERNAL_ID_MISSING', { externalIdField: 'Ext__c' }],
    ['a field of that name', 'upsert Account: Name', 'EXTERNAL_ID_UNKNOWN', { externalIdField: 'Exd__c' }],
    ['the mark of a key', 'upsert Account: Name', 'NOT_EXTERNAL_ID', { externalIdField: 'Name' }],
  ])('%s', async (_, line, code, options) => {
    expect(codes(await checkLine(line, options))).toEqual([code]);
  });

  test('the name of a person account is not, since the org makes it from the last name', async () => {
    const withPersons = fakeObject('Account', '001', [...account.fields, fakeField('LastName')]);
    expect(codes(await check('insert', withPersons, 'LastName'))).toEqual([]);
    expect(codes(await check('insert', withPersons, 'LastName,Name'))).toEqual([]);
    expect(codes(await check('insert', withPersons, 'BillingCity'))).toEqual(['MISSING_REQUIRED']);
  });

  test('a required parent may be named by its key', async () => {
    expect(codes(await check('insert', contact, 'LastName,Company__r.Ext__c'))).toEqual([]);
  });

  test('a required field is only a warning for an upsert, since existing records have it', async () => {
    const { problems, warnings } = await check('upsert', account, 'Ext__c', { externalIdField: 'Ext__c' });
    expect(problems).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(['MISSING_REQUIRED']);
  });

  test('the external ids are listed when the one named is none', async () => {
    const { problems } = await check('upsert', contact, 'LastName', { externalIdField: 'LastName' });
    expect(problems[0]?.message).toContain('Ext__c, Old_Ext__c');
  });
});

test('a column that holds files is refused, since Bulk jobs take none', async () => {
  const attachment = fakeObject('Attachment', '00P', [
    fakeField('Name'),
    fakeField('Body', { type: 'base64' }),
  ]);
  expect(codes(await check('insert', attachment, 'Name,Body'))).toEqual(['BLOB_COLUMN Body']);
  expect(codes(await check('update', attachment, 'Id,body'))).toEqual(['BLOB_COLUMN body']);
});

test('all problems of a header are told at once, in its order', async () => {
  const result = await check('insert', account, 'Id,Nmae,CreatedDate,Parent.Name');
  expect(codes(result)).toEqual([
    'ID_ON_INSERT Id',
    'UNKNOWN_COLUMN Nmae',
    'NOT_CREATEABLE CreatedDate',
    'NOT_A_KEY Parent.Name',
    'MISSING_REQUIRED',
  ]);
});

test('unknown columns are left out on request, and told', async () => {
  const options = { ignoreUnknownColumns: true };
  const result = await check('update', account, 'Id,Colour,Name,Boss.Ext__c', options);
  expect(codes(result)).toEqual([]);
  expect(result.unknownColumns).toEqual(['Colour', 'Boss.Ext__c']);
  expect(result.columns.map(({ name }) => name)).toEqual(['Id', 'Name']);
  expect(result.warnings.map(({ code }) => code)).toEqual(['UNKNOWN_COLUMN', 'UNKNOWN_RELATIONSHIP']);
});

test('a deletion keeps only the Id column and says what it leaves out', async () => {
  const result = await check('delete', account, 'Name,Id,Whatever');
  expect(result.columns.map(({ index, name, isKey }) => ({ index, name, isKey }))).toEqual([
    { index: 1, name: 'Id', isKey: true },
  ]);
  expect(result.warnings[0]?.message).toContain('Name, Whatever');
  expect(result.problems).toEqual([]);
  expect(codes(await check('delete', account, 'Id,Name,ID'))).toEqual(['DUPLICATE_COLUMN Id']);
});

test('a field that can only be set once is a warning for an upsert', async () => {
  const { problems, warnings } = await check('upsert', contact, 'Ext__c,LastName,Company__c', {
    externalIdField: 'Ext__c',
  });
  expect(problems).toEqual([]);
  expect(warnings.map(({ code }) => code)).toEqual(['NOT_UPDATEABLE']);
});

test('a parent named both by id and by key is a warning', async () => {
  const { problems, warnings } = await check('update', contact, 'Id,AccountId,Account.Ext__c');
  expect(problems).toEqual([]);
  expect(warnings.map(({ code }) => code)).toEqual(['LOOKUP_AND_KEY']);
});

test('a parent that cannot be described is not checked further', async () => {
  const child = fakeObject('Child__c', 'a00', [{ ...task.fields[2]!, referenceTo: ['Hidden__c'] }]);
  expect(codes(await check('update', child, 'Id,Who.Whatever__c'))).toEqual([]);
});
