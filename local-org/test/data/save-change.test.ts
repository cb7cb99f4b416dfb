import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { csv, idsOf, rowError, rows, sfError } from './support.ts';

function withAccounts(...cells: ReadonlyArray<Record<string, string>>) {
  const db = createDatabase();
  const ids = idsOf(csv(db, 'insert', 'Account', cells));
  return { db, ids, id: ids[0] ?? '' };
}

describe('update', () => {
  it('leaves absent and empty cells alone and sets #N/A to null', () => {
    const { db, id } = withAccounts({ Name: 'a', Phone: '1', Fax: '2', Site: '3' });
    expect(csv(db, 'update', 'Account', [{ Id: id, Phone: '', Fax: '#N/A' }])).toEqual([
      { success: true, id, created: false },
    ]);
    expect(rows(db, 'SELECT Name, Phone, Fax, Site FROM Account')).toEqual([['a', '1', null, '3']]);
  });

  it('takes ids of 15 characters and answers with 18', () => {
    const { db, id } = withAccounts({ Name: 'a' });
    expect(idsOf(csv(db, 'update', 'Account', [{ id: id.slice(0, 15), Name: 'b' }]))).toEqual([id]);
  });

  it('refreshes the modification dates and keeps the creation date', () => {
    let now = new Date('2026-01-01T00:00:00Z');
    const db = createDatabase({ now: () => now });
    const [Id] = idsOf(csv(db, 'insert', 'Account', [{ Name: 'a' }]));
    now = new Date('2026-02-02T00:00:00Z');
    idsOf(csv(db, 'update', 'Account', [{ Id, Name: 'b' }]));
    expect(rows(db, 'SELECT CreatedDate, LastModifiedDate, SystemModstamp FROM Account')).toEqual([
      ['2026-01-01T00:00:00.000Z', '2026-02-02T00:00:00.000Z', '2026-02-02T00:00:00.000Z'],
    ]);
  });

  it('joins a name anew', () => {
    const db = createDatabase();
    const [Id] = idsOf(csv(db, 'insert', 'Contact', [{ LastName: 'Byron', FirstName: 'Ada' }]));
    idsOf(csv(db, 'update', 'Contact', [{ Id, LastName: 'Lovelace' }]));
    expect(rows(db, 'SELECT Name FROM Contact')).toEqual([['Ada Lovelace']]);
  });

  it.each([
    ['', 'MISSING_ARGUMENT:Id not specified in an update call:--'],
    ['nonsense', 'MALFORMED_ID:Account ID: id value of incorrect type: nonsense:Id --'],
    ['003Lo0000000001IAA', 'MALFORMED_ID:Account ID: id value of incorrect type: 003Lo0000000001IAA:Id --'],
    ['001Lo00000000ZZIAY', 'INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--'],
  ])('of the id %j fails the row', (Id, error) => {
    expect(rowError(createDatabase(), 'update', 'Account', { Id, Name: 'x' })).toBe(error);
  });

  it('of a deleted record fails the row', () => {
    const { db, id } = withAccounts({ Name: 'a' });
    idsOf(csv(db, 'delete', 'Account', [{ Id: id }]));
    expect(rowError(db, 'update', 'Account', { Id: id })).toBe('ENTITY_IS_DELETED:entity is deleted:--');
  });

  it('refuses to empty a required field and to write one that is not updateable', () => {
    const { db, id } = withAccounts({ Name: 'a' });
    expect(rowError(db, 'update', 'Account', { Id: id, Name: '#N/A' })).toBe(
      'REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --',
    );
    expect(rowError(db, 'update', 'Account', { Id: id, IsDeleted: 'true' })).toMatch(
      /^INVALID_FIELD_FOR_INSERT_UPDATE:Unable to create\/update fields: IsDeleted\./,
    );
  });

  it('gives the id of a row that failed for another reason', () => {
    const { db, id } = withAccounts({ Name: 'a' });
    expect(csv(db, 'update', 'Account', [{ Id: id, SLA__c: 'Tin' }])[0]).toMatchObject({
      success: false,
      id,
    });
  });

  it('refuses every row of an id that occurs twice within 200 records', () => {
    const { db, id } = withAccounts({ Name: 'a' });
    const results = csv(db, 'update', 'Account', [
      { Id: id, Name: 'b' },
      { Id: id.slice(0, 15), Name: 'c' },
    ]);
    expect(sfError(results[0])).toBe(`DUPLICATE_VALUE:Duplicate id specified: ${id}:Id --`);
    expect(sfError(results[1])).toMatch(/^DUPLICATE_VALUE:Duplicate id specified: /);
    expect(rows(db, 'SELECT Name FROM Account')).toEqual([['a']]);
  });

  it('may keep the value of a unique field, but not take that of another record', () => {
    const { db, ids } = withAccounts({ Name: 'a', External_Id__c: '1' }, { Name: 'b', External_Id__c: '2' });
    expect(rowError(db, 'update', 'Account', { Id: ids[0], External_Id__c: '1' })).toBe('');
    expect(rowError(db, 'update', 'Account', { Id: ids[0], External_Id__c: '2' })).toBe(
      `DUPLICATE_VALUE:duplicate value found: External_Id__c duplicates value on record with id: ${ids[1]}:--`,
    );
  });
});

describe('upsert', () => {
  it('inserts what is new and updates what is there, and says which', () => {
    const { db, id } = withAccounts({ Name: 'a', External_Id__c: 'one' });
    const results = csv(db, 'upsert:external_id__c', 'Account', [
      { External_Id__c: 'ONE', Phone: '1' },
      { External_Id__c: 'two', Name: 'b' },
    ]);
    expect(results).toEqual([
      { success: true, id, created: false },
      { success: true, id: expect.any(String) as string, created: true },
    ]);
    expect(rows(db, 'SELECT Name, External_Id__c, Phone FROM Account')).toEqual([
      ['a', 'one', '1'],
      ['b', 'two', null],
    ]);
  });

  it('refuses every row of a key that occurs twice within 200 records', () => {
    const db = createDatabase();
    const results = csv(db, 'upsert:External_Id__c', 'Account', [
      { External_Id__c: 'a-1', Name: 'first' },
      { External_Id__c: 'b', Name: 'other' },
      { External_Id__c: 'A-1', Name: 'second' },
    ]);
    expect(results.map(sfError)).toEqual([
      'DUPLICATE_VALUE:Duplicate external id specified: a-1:External_Id__c --',
      '',
      'DUPLICATE_VALUE:Duplicate external id specified: A-1:External_Id__c --',
    ]);
    expect(rows(db, 'SELECT Name FROM Account')).toEqual([['other']]);
  });

  it('refuses a repeated key only within 200 records; further apart the last one wins', () => {
    const db = createDatabase();
    const keyed = (key: string, at: number) => ({ External_Id__c: key, Name: `${key}-${at}` });
    const input = Array.from({ length: 400 }, (_, at) => keyed(`k${at}`, at));
    input[199] = keyed('near', 199);
    input[0] = keyed('near', 0);
    input[1] = keyed('far', 1);
    input[200] = keyed('far', 200);
    const results = csv(db, 'upsert:External_Id__c', 'Account', input);
    const refused = results.flatMap((result, at) => (result.success ? [] : [[at, sfError(result)]]));
    const near = 'DUPLICATE_VALUE:Duplicate external id specified: near:External_Id__c --';
    expect(refused).toEqual([
      [0, near],
      [199, near],
    ]);
    expect(results[200]).toMatchObject({ success: true, created: false });
    expect(rows(db, "SELECT Name FROM Account WHERE External_Id__c = 'far'")).toEqual([['far-200']]);
  });

  it('refuses a repeated key within a whole batch where the org compares that', () => {
    const db = createDatabase({ quirks: { duplicateScopeRecords: 10_000 } });
    const input = Array.from({ length: 400 }, (_, at) => ({ External_Id__c: `k${at % 399}`, Name: 'a' }));
    const results = csv(db, 'upsert:External_Id__c', 'Account', input);
    expect(results.flatMap(({ success }, at) => (success ? [] : [at]))).toEqual([0, 399]);
  });

  it('refuses a key that several records have', () => {
    const { db, ids } = withAccounts({ Name: 'a', Source_Key__c: 'k' }, { Name: 'b', Source_Key__c: 'K' });
    expect(rowError(db, 'upsert:Source_Key__c', 'Account', { Source_Key__c: 'k', Name: 'c' })).toBe(
      `DUPLICATE_EXTERNAL_ID:Source Key: more than one record found for external id field: [${ids.join(', ')}]:Source_Key__c --`,
    );
  });

  it('refuses a row without a key', () => {
    expect(
      rowError(createDatabase(), 'upsert:External_Id__c', 'Account', { External_Id__c: '', Name: 'a' }),
    ).toBe('MISSING_ARGUMENT:External_Id__c not specified:External_Id__c --');
  });

  it('fails a row whose key cannot be read, and no other', () => {
    const results = csv(createDatabase(), 'upsert:Legacy_Number__c', 'Account', [
      { Legacy_Number__c: 'abc', Name: 'a' },
      { Legacy_Number__c: '1', Name: 'b' },
    ]);
    expect(results.map(sfError)).toEqual([
      "INVALID_FIELD:Failed to deserialize field at col 0. Due to, 'abc' is not a valid value for the type xsd:double:Legacy_Number__c --",
      '',
    ]);
  });

  it('finds numbers by value, not by spelling', () => {
    const { db, id } = withAccounts({ Name: 'a', Legacy_Number__c: '1000' });
    expect(
      idsOf(csv(db, 'upsert:Legacy_Number__c', 'Account', [{ Legacy_Number__c: '1e3', Phone: '1' }])),
    ).toEqual([id]);
  });

  it('by an Id of 18 characters whose letters changed case refuses the row', () => {
    const { db, id } = withAccounts({ Name: 'a' });
    const changed = id.toLowerCase();
    expect(rowError(db, 'update', 'Account', { Id: changed, Name: 'b' })).toBe(
      `MALFORMED_ID:Account ID: id value of incorrect type: ${changed}:Id --`,
    );
    expect(rowError(db, 'delete', 'Account', { Id: changed })).toBe(`MALFORMED_ID:bad id ${changed}:Id --`);
    expect(rows(db, 'SELECT Name FROM Account')).toEqual([['a']]);
  });

  it('by Id inserts rows without one and updates those with one', () => {
    const { db, id } = withAccounts({ Name: 'a' });
    const results = csv(db, 'upsert:Id', 'Account', [
      { Id: id, Name: 'b' },
      { Id: '', Name: 'c' },
    ]);
    expect(results.map((result) => result.success && result.created)).toEqual([false, true]);
    expect(rowError(db, 'upsert:Id', 'Account', { Id: '001Lo00000000ZZIAY' })).toBe(
      'INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--',
    );
  });

  it('does not find deleted records', () => {
    const { db, id } = withAccounts({ Name: 'a', External_Id__c: '1' });
    idsOf(csv(db, 'delete', 'Account', [{ Id: id }]));
    const [result] = csv(db, 'upsert:External_Id__c', 'Account', [{ External_Id__c: '1', Name: 'b' }]);
    expect(result).toMatchObject({ success: true, created: true });
  });

  it('needs the required fields only of new records', () => {
    const { db } = withAccounts({ Name: 'a', External_Id__c: '1' });
    expect(rowError(db, 'upsert:External_Id__c', 'Account', { External_Id__c: '1' })).toBe('');
    expect(rowError(db, 'upsert:External_Id__c', 'Account', { External_Id__c: '2' })).toMatch(
      /^REQUIRED_FIELD_MISSING/,
    );
  });
});
