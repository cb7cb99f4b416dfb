import { describe, expect, it } from 'vitest';
import { JobFailure } from '../../contracts.ts';
import { createDatabase } from '../../data/database.ts';
import { column, csv, idsOf, queryError, rows } from './support.ts';

const db = createDatabase();
idsOf(csv(db, 'insert', 'Account', [{ Name: 'b' }, { Name: 'a' }]));
const bulk = true;

describe('Bulk refuses', () => {
  it('compound fields', () => {
    expect(queryError(db, 'SELECT Id, BillingAddress FROM Account', { bulk })).toEqual({
      code: 'API_ERROR',
      message: 'Selecting compound data not supported in Bulk Query',
    });
    expect(queryError(db, 'SELECT Destination__c FROM Shipment__c', { bulk }).code).toBe('API_ERROR');
  });

  it('nested queries', () => {
    expect(queryError(db, 'SELECT Id, (SELECT Id FROM Contacts) FROM Account', { bulk })).toEqual({
      code: 'API_ERROR',
      message: 'Aggregate Relationships not supported in Bulk V2 Query with CSV content type',
    });
  });

  it('base64 fields', () => {
    for (const soql of ['SELECT Body FROM Attachment', 'SELECT VersionData FROM ContentVersion']) {
      expect(queryError(db, soql, { bulk }).message).toBe(
        'Blob field not supported in Bulk V2 Query with CSV content type',
      );
    }
  });

  it('objects without Bulk support, which REST serves', () => {
    expect(queryError(db, 'SELECT Id FROM CaseStatus', { bulk })).toEqual({
      code: 'INVALIDENTITY',
      message: "Entity 'CaseStatus' is not supported by the Bulk API.",
    });
    expect(rows(db, 'SELECT Id FROM CaseStatus')).toEqual([]);
  });

  it.each([
    'SELECT COUNT() FROM Account',
    'SELECT COUNT(Id) FROM Account',
    'SELECT Name FROM Account GROUP BY Name',
    'SELECT CALENDAR_YEAR(CreatedDate), COUNT(Id) FROM Account GROUP BY CALENDAR_YEAR(CreatedDate)',
    'SELECT Id FROM Account OFFSET 1',
    'SELECT TYPEOF What WHEN Account THEN Phone ELSE Name END FROM Task',
  ])('%s', (soql) => expect(queryError(db, soql, { bulk }).code).toBe('API_ERROR'));

  it('OFFSET, TYPEOF, aggregates and blobs in other words or with another code, as chosen', () => {
    const other = createDatabase({
      quirks: { unsupportedClauseText: 'No {clause} here', blobErrorCode: 'INVALID_FIELD' },
    });
    expect(queryError(other, 'SELECT Id FROM Account OFFSET 1', { bulk }).message).toBe('No OFFSET here');
    expect(queryError(other, 'SELECT Body FROM Attachment', { bulk }).code).toBe('INVALID_FIELD');
  });

  it('paths through two lookups where the org still does as in 2020, once the job runs', () => {
    const soql = 'SELECT Id, Account.Owner.Name FROM Contact';
    const strict = createDatabase({ quirks: { grandparentsInBulk: false } });
    const run = () => strict.query({ soql, bulk, includeDeleted: false });
    expect(run).toThrow(JobFailure);
    expect(run).toThrow("FeatureNotEnabled : Cannot serialize value for 'Owner' in CSV format");
  });

  it('bad SOQL, objects and fields just as REST does', () => {
    for (const soql of ['SELECT', 'SELECT Id FROM Accout', 'SELECT Nope FROM Account']) {
      expect(queryError(db, soql, { bulk })).toEqual(queryError(db, soql));
    }
  });
});

describe('Bulk serves', () => {
  it('ORDER BY, LIMIT, filters, semi-joins and parents', () => {
    expect(column(db, 'SELECT Name FROM Account ORDER BY Name LIMIT 1', { bulk })).toEqual(['a']);
    expect(rows(db, "SELECT Name, Owner.Name FROM Account WHERE Name = 'b'", { bulk })).toEqual([
      ['b', 'Ada Admin'],
    ]);
    expect(
      column(db, 'SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact)', { bulk }),
    ).toEqual([]);
  });

  it('paths through several lookups', () => {
    const own = createDatabase();
    const [parent] = idsOf(csv(own, 'insert', 'Account', [{ Name: 'a' }]));
    idsOf(csv(own, 'insert', 'Contact', [{ LastName: 'x', AccountId: parent }]));
    const soql = 'SELECT Account.Owner.Name, Account.Owner.CreatedBy.Name FROM Contact';
    expect(rows(own, soql, { bulk })).toEqual([['Ada Admin', 'Ada Admin']]);
  });

  it('stored values as they are: datetimes with Z, numbers, booleans and null', () => {
    const own = createDatabase({
      seed: { Account: [{ Name: 'x', AnnualRevenue: 12345678, CreatedDate: '2025-11-25T03:45:21.142Z' }] },
    });
    expect(rows(own, 'SELECT CreatedDate, AnnualRevenue, IsDeleted, Phone FROM Account', { bulk })).toEqual([
      ['2025-11-25T03:45:21.142Z', 12345678, false, null],
    ]);
  });
});
