import { describe, expect, it } from 'vitest';
import type { InputRecord, Operation, SaveResult } from '../../contracts.ts';
import { createDatabase } from '../../data/database.ts';
import { column, csv, idsOf, rows, sfError } from './support.ts';

const db = createDatabase();

function json(operation: Operation, object: string, record: InputRecord): SaveResult | undefined {
  return db.save({ operation, object, source: 'json', records: [record] })[0];
}

describe('records from JSON', () => {
  it('hold typed values; null and empty text are null, and attributes are not a field', () => {
    const result = json('insert', 'Account', {
      attributes: { type: 'Account' },
      Name: 'typed',
      AnnualRevenue: 12,
      Phone: null,
      Fax: '',
      NumberOfEmployees: '7',
    });
    expect(sfError(result)).toBe('');
    expect(
      rows(db, "SELECT AnnualRevenue, Phone, Fax, NumberOfEmployees FROM Account WHERE Name = 'typed'"),
    ).toEqual([[12, null, null, 7]]);
  });

  it('do not take #N/A for null', () => {
    json('insert', 'Account', { Name: 'sharp', Site: '#N/A' });
    expect(column(db, "SELECT Site FROM Account WHERE Name = 'sharp'")).toEqual(['#N/A']);
  });

  it('name parents as nested objects', () => {
    const [account] = idsOf(csv(db, 'insert', 'Account', [{ Name: 'p', External_Id__c: 'nested' }]));
    const [lead] = idsOf(csv(db, 'insert', 'Lead', [{ LastName: 'l', Company: 'c', Email: 'l@x.example' }]));
    expect(sfError(json('insert', 'Contact', { LastName: 'n', Account: { External_Id__c: 'nested' } }))).toBe(
      '',
    );
    const who = { attributes: { type: 'Lead' }, Email: 'l@x.example' };
    expect(sfError(json('insert', 'Task', { Subject: 'n', Who: who }))).toBe('');
    expect(column(db, "SELECT AccountId FROM Contact WHERE LastName = 'n'")).toEqual([account]);
    expect(column(db, "SELECT WhoId FROM Task WHERE Subject = 'n'")).toEqual([lead]);
  });

  it('fail with MALFORMED_ID in the words of the Collections guide', () => {
    expect(json('update', 'Account', { id: '001RM000003oLrB000', Name: 'x' })).toEqual({
      success: false,
      errors: [{ statusCode: 'MALFORMED_ID', message: 'malformed id 001RM000003oLrB000', fields: [] }],
    });
  });

  it('fail one by one for a field that is unknown', () => {
    expect(sfError(json('insert', 'Account', { Name: 'a', Nope__c: 1 }))).toBe(
      "INVALID_FIELD:No such column 'Nope__c' on sobject of type Account:--",
    );
  });

  it('fail the whole request with JSON_PARSER_ERROR for a value of the wrong type, and save none', () => {
    const records = [{ Name: 'saved?' }, { Name: 'a', AnnualRevenue: 'lots' }];
    expect(() => db.save({ operation: 'insert', object: 'Account', source: 'json', records })).toThrow(
      'currency',
    );
    expect(column(db, "SELECT Id FROM Account WHERE Name = 'saved?'")).toEqual([]);
    expect(() => json('insert', 'Account', { Name: 'a', AnnualRevenue: 'lots' })).toThrow(
      expect.objectContaining({ errorCode: 'JSON_PARSER_ERROR', status: 400 }),
    );
  });
});
