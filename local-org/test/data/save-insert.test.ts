import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { csv, idsOf, rowError, rows, sfError } from './support.ts';

const clock = new Date('2026-03-04T05:06:07.089Z');
const newDatabase = () => createDatabase({ now: () => clock });

describe('insert', () => {
  it('answers with the new 18-character id and created true', () => {
    expect(csv(newDatabase(), 'insert', 'Account', [{ Name: 'Acme' }])).toEqual([
      { success: true, id: '001Lo0000000001IAA', created: true },
    ]);
  });

  it('gives ids in order, deterministically, from where idSeed says', () => {
    const ids = idsOf(
      csv(createDatabase({ idSeed: 61 }), 'insert', 'Account', [{ Name: 'a' }, { Name: 'b' }]),
    );
    expect(ids).toEqual(['001Lo0000000010IAA', '001Lo0000000011IAA']);
  });

  it('takes header names in any case', () => {
    const db = newDatabase();
    idsOf(csv(db, 'insert', 'ACCOUNT', [{ NAME: 'Acme', external_id__C: 'x' }]));
    expect(rows(db, 'SELECT Name, External_Id__c FROM Account')).toEqual([['Acme', 'x']]);
  });

  it('fills a default where a record says nothing of a field, and leaves it empty where it says so', () => {
    const db = newDatabase();
    const shipments = [{ Name: 'a' }, { Name: 'b', Status__c: '' }, { Name: 'c', Status__c: '#N/A' }];
    idsOf(csv(db, 'insert', 'Shipment__c', shipments));
    expect(rows(db, 'SELECT Name, Status__c FROM Shipment__c')).toEqual([
      ['a', 'Draft'],
      ['b', 'Draft'],
      ['c', null],
    ]);
  });

  it('maintains the system fields', () => {
    const db = newDatabase();
    idsOf(csv(db, 'insert', 'Account', [{ Name: 'Acme' }]));
    const now = clock.toISOString();
    expect(rows(db, 'SELECT CreatedDate, LastModifiedDate, SystemModstamp, IsDeleted FROM Account')).toEqual([
      [now, now, now, false],
    ]);
  });

  it('says which required fields are missing, all of them', () => {
    const db = newDatabase();
    expect(rowError(db, 'insert', 'Account', { Phone: '1' })).toBe(
      'REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --',
    );
    expect(rowError(db, 'insert', 'Lead', { FirstName: 'A' })).toBe(
      'REQUIRED_FIELD_MISSING:Required fields are missing: [LastName, Company]:LastName,Company --',
    );
    expect(rowError(db, 'insert', 'Account', { Name: '#N/A' })).toMatch(/^REQUIRED_FIELD_MISSING/);
  });

  it('saves the good rows of a batch and fails the bad ones, in order', () => {
    const db = newDatabase();
    const results = csv(db, 'insert', 'Account', [{ Name: 'a' }, { Name: '' }, { Name: 'c' }]);
    expect(results.map(({ success }) => success)).toEqual([true, false, true]);
    expect(results[1]).not.toHaveProperty('id');
    expect(rows(db, 'SELECT Name FROM Account')).toEqual([['a'], ['c']]);
  });

  it('takes an empty checkbox for false and an empty picklist for its default', () => {
    const db = newDatabase();
    idsOf(
      csv(db, 'insert', 'Shipment__c', [{ Fragile__c: '', Insured__c: '', Status__c: '', Carrier__c: '' }]),
    );
    expect(rows(db, 'SELECT Fragile__c, Insured__c, Status__c, Carrier__c FROM Shipment__c')).toEqual([
      [false, true, 'Draft', null],
    ]);
  });

  it('numbers records and joins names by itself', () => {
    const db = newDatabase();
    idsOf(csv(db, 'insert', 'Case', [{ Subject: 'a' }, { Subject: 'b' }]));
    expect(rows(db, 'SELECT CaseNumber FROM Case')).toEqual([['00001000'], ['00001001']]);
    idsOf(csv(db, 'insert', 'Contact', [{ LastName: 'Lovelace', FirstName: 'Ada' }, { LastName: 'Curie' }]));
    expect(rows(db, 'SELECT Name FROM Contact')).toEqual([['Ada Lovelace'], ['Curie']]);
  });

  it('refuses an Id, but not an empty one', () => {
    const db = newDatabase();
    expect(rowError(db, 'insert', 'Account', { Name: 'a', Id: '001Lo0000000001IAA' })).toBe(
      'INVALID_FIELD_FOR_INSERT_UPDATE:cannot specify Id in an insert call:Id --',
    );
    expect(rowError(db, 'insert', 'Account', { Name: 'a', Id: '' })).toBe('');
  });

  it('refuses fields that are not createable, by name', () => {
    const error = rowError(newDatabase(), 'insert', 'Account', {
      Name: 'a',
      CreatedDate: '2024-01-01T00:00:00Z',
      LastActivityDate: '2024-01-01',
    });
    expect(error).toMatch(
      /^INVALID_FIELD_FOR_INSERT_UPDATE:Unable to create\/update fields: CreatedDate, LastActivityDate\. /,
    );
    expect(error).toMatch(/:CreatedDate,LastActivityDate --$/);
  });

  it('refuses a value that a unique field already has, in any case, and names the other record', () => {
    const db = newDatabase();
    const [id] = idsOf(csv(db, 'insert', 'Account', [{ Name: 'a', External_Id__c: 'Key' }]));
    expect(rowError(db, 'insert', 'Account', { Name: 'b', External_Id__c: 'kEY' })).toBe(
      `DUPLICATE_VALUE:duplicate value found: External_Id__c duplicates value on record with id: ${id}:--`,
    );
    expect(rowError(db, 'insert', 'Account', { Name: 'c', Iata_Code__c: 'ZRH' })).toBe('');
    expect(rowError(db, 'insert', 'Account', { Name: 'd', Iata_Code__c: 'zrh' })).toBe('');
  });

  it('refuses the second of two rows with the same unique value in a batch', () => {
    const rowsWithSameKey = [1, 2].map((n) => ({ Name: `a${n}`, External_Id__c: 'x' }));
    const [first, second] = csv(newDatabase(), 'insert', 'Account', rowsWithSameKey);
    expect(sfError(first)).toBe('');
    expect(sfError(second)).toMatch(/^DUPLICATE_VALUE:duplicate value found: External_Id__c /);
  });

  it('refuses an object that cannot be created', () => {
    expect(rowError(newDatabase(), 'insert', 'Organization', { Name: 'x' })).toBe(
      'INVALID_TYPE_FOR_OPERATION:entity type Organization does not support create:--',
    );
  });

  it('is a 404 for an object that is unknown', () => {
    expect(() => csv(newDatabase(), 'insert', 'Nope__c', [{}])).toThrow(
      'The requested resource does not exist',
    );
  });
});
