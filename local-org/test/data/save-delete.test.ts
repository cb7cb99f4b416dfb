import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { column, csv, idsOf, rowError, rows } from './support.ts';

function withAccount() {
  const db = createDatabase();
  const [id = ''] = idsOf(csv(db, 'insert', 'Account', [{ Name: 'a', External_Id__c: 'x' }]));
  return { db, id };
}

describe('delete', () => {
  it('puts a record in the recycle bin, where only queryAll sees it', () => {
    const { db, id } = withAccount();
    expect(csv(db, 'delete', 'Account', [{ Id: id }])).toEqual([{ success: true, id, created: false }]);
    expect(rows(db, 'SELECT Id FROM Account')).toEqual([]);
    expect(rows(db, 'SELECT Id, IsDeleted FROM Account', { includeDeleted: true })).toEqual([[id, true]]);
    const byKey = "SELECT Id FROM Account WHERE External_Id__c = 'x'";
    expect(column(db, byKey, { includeDeleted: true })).toEqual([id]);
    expect(column(db, byKey)).toEqual([]);
    expect([...db.scan('Account')]).toEqual([]);
    expect([...db.scan('Account', { includeDeleted: true })]).toMatchObject([{ Id: id, IsDeleted: true }]);
  });

  it('of a record that is deleted already fails the row, in the same batch too', () => {
    const { db, id } = withAccount();
    const results = csv(db, 'delete', 'Account', [{ Id: id }, { Id: id }]);
    expect(results.map(({ success }) => success)).toEqual([true, false]);
    expect(rowError(db, 'delete', 'Account', { Id: id })).toBe('ENTITY_IS_DELETED:entity is deleted:--');
  });

  it.each([
    ['nonsense', 'MALFORMED_ID:bad id nonsense:Id --'],
    ['', 'MISSING_ARGUMENT:Id not specified in a delete call:--'],
    ['001Lo00000000ZZIAY', 'INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--'],
  ])('of the id %j fails the row', (Id, error) => {
    expect(rowError(createDatabase(), 'delete', 'Account', { Id })).toBe(error);
  });

  it('frees the record’s unique values', () => {
    const { db, id } = withAccount();
    idsOf(csv(db, 'delete', 'Account', [{ Id: id }]));
    expect(rowError(db, 'insert', 'Account', { Name: 'b', External_Id__c: 'x' })).toBe('');
  });

  it('takes along the children of a cascading relationship', () => {
    const { db, id } = withAccount();
    idsOf(csv(db, 'insert', 'Contact', [{ LastName: 'child', AccountId: id }, { LastName: 'other' }]));
    idsOf(csv(db, 'insert', 'Case', [{ Subject: 'stays', AccountId: id }]));
    idsOf(csv(db, 'delete', 'Account', [{ Id: id }]));
    expect(column(db, 'SELECT LastName FROM Contact')).toEqual(['other']);
    expect(
      column(db, 'SELECT LastName FROM Contact WHERE IsDeleted = true', { includeDeleted: true }),
    ).toEqual(['child']);
    expect(column(db, 'SELECT Subject FROM Case')).toEqual(['stays']);
  });

  it('is not for every object', () => {
    const db = createDatabase();
    const [Id] = column(db, 'SELECT Id FROM User');
    expect(rowError(db, 'delete', 'User', { Id })).toBe(
      'INVALID_TYPE_FOR_OPERATION:entity type User does not support delete:--',
    );
  });
});

describe('hardDelete', () => {
  it('leaves nothing in the recycle bin', () => {
    const { db, id } = withAccount();
    idsOf(csv(db, 'hardDelete', 'Account', [{ Id: id }]));
    expect(rows(db, 'SELECT Id FROM Account', { includeDeleted: true })).toEqual([]);
    expect(rowError(db, 'update', 'Account', { Id: id })).toBe(
      'INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--',
    );
  });
});
