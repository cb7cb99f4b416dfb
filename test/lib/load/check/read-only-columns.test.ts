import { describe, expect, test } from 'vitest';
import type { IngestOperation } from '../../../../src/lib/api/types.js';
import {
  checkHeader,
  headerActions,
  type HeaderCheckRequest,
} from '../../../../src/lib/load/check/header.js';
import { fakeField, fakeObject } from '../../describe/fake-describe.ts';

async function check({ columns, ...request }: Omit<HeaderCheckRequest, 'columns'> & { columns: string }) {
  const found = await checkHeader({ ...request, columns: columns.split(',') });
  return { ...found, codes: found.problems.map(({ code, column }) => `${code} ${column}`) };
}

describe('columns that cannot be set, where those are to be ignored,', () => {
  const object = fakeObject('Account', '001', [
    fakeField('Name'),
    fakeField('Ext__c', { externalId: true, idLookup: true }),
    fakeField('CreatedDate', { createable: false, updateable: false }),
    fakeField('Once__c', { updateable: false }),
  ]);
  const columns = 'Id,CreatedDate,Once__c,Name,Ext__c';

  test.each<[IngestOperation, number[], string, string?]>([
    ['insert', [0, 1], "Columns that can't be set on new records are not sent: Id, CreatedDate."],
    ['update', [1, 2], "Columns that can't be set on existing records are not sent: CreatedDate, Once__c."],
    ['upsert', [0, 1], "Columns that can't be set by an upsert are not sent: Id, CreatedDate.", 'Ext__c'],
  ])('are left out of an %s, and named', async (operation, leftOut, notice, externalIdField) => {
    const options = { ignoreReadOnlyColumns: true, ...(externalIdField && { externalIdField }) };
    const found = await check({ operation, describe: object, columns, ...options });
    expect(found.codes).toEqual([]);
    expect([...found.leftOut]).toEqual(leftOut);
    expect(found.warnings.map(({ message }) => message)).toContain(notice);
  });

  test('are refused otherwise, and what is no field or holds a file is refused all the same', async () => {
    expect((await check({ operation: 'insert', describe: object, columns })).codes).toEqual([
      'ID_ON_INSERT Id',
      'NOT_CREATEABLE CreatedDate',
    ]);
    const files = fakeObject('Attachment', '00P', [fakeField('Body', { type: 'base64' })]);
    const found = await check({
      operation: 'insert',
      describe: files,
      columns: 'Body,Nonsense',
      ignoreReadOnlyColumns: true,
    });
    expect(found.codes).toEqual(['BLOB_COLUMN Body', 'UNKNOWN_COLUMN Nonsense']);
  });
});

test('a header with columns that cannot be set is refused with the flag that skips them', () => {
  const actions = headerActions([{ code: 'NOT_CREATEABLE' }], ['Name', 'CreatedDate'], 'insert');
  expect(actions).toEqual([expect.stringContaining('add --ignore-read-only-columns')]);
  expect(headerActions([{ code: 'UNKNOWN_FIELD' }], ['Nmae'], 'insert')).toEqual([]);
});

test('a file of ids alone is refused on insert with what puts deleted records back', () => {
  const actions = headerActions([{ code: 'ID_ON_INSERT' }], ['Id'], 'insert');
  expect(actions).toEqual([expect.stringContaining('restore them from the recycle bin')]);
});
