import { describe, expect, it } from 'vitest';
import type { Operation } from '../../contracts.ts';
import { createDatabase } from '../../data/database.ts';

const db = createDatabase();

function problem(operation: Operation, object: string, ...header: readonly string[]): string | undefined {
  return db.headerProblem({ operation, object, externalIdField: 'External_Id__c' }, header);
}

describe('a header', () => {
  it('is good in any case, with relationships', () => {
    expect(
      problem('insert', 'contact', 'LASTNAME', 'account.EXTERNAL_id__c', 'ReportsTo.Email'),
    ).toBeUndefined();
    expect(
      problem('insert', 'Task', 'Subject', 'Lead:Who.Email', 'shipment__C:What.Tracking_Number__c'),
    ).toBeUndefined();
  });

  it('with unknown columns fails the job, naming the first', () => {
    expect(problem('insert', 'Opportunity', 'Name', 'StageName_invalid_field_on_purpose', 'Other')).toBe(
      'InvalidBatch : Field name not found : StageName_invalid_field_on_purpose',
    );
  });

  it('with the wrong delimiter or a BOM names the text as it stands', () => {
    expect(problem('insert', 'Account', 'Name;Phone')).toBe(
      'InvalidBatch : Field name not found : Name;Phone',
    );
    expect(problem('insert', 'Account', '\uFEFFName')).toBe(
      'InvalidBatch : Field name not found : \uFEFFName',
    );
    expect(problem('insert', 'Account', 'Name ')).toBe('InvalidBatch : Field name not found : Name ');
    expect(problem('insert', 'Account', 'Name', '')).toBe('InvalidBatch : Field name not found : ');
  });

  it('cannot hold a compound field', () => {
    expect(problem('insert', 'Account', 'BillingAddress')).toBe(
      'InvalidBatch : Field name not found : BillingAddress',
    );
  });

  it.each([
    ['Attachment', 'Body'],
    ['ContentVersion', 'VersionData'],
  ])(
    'of %s cannot hold %s: ingest refuses files, whose base64 fields are no columns of CSV',
    (object, name) => {
      expect(problem('insert', object, 'Description', name)).toBe(
        `InvalidBatch : Binary field ${name} is only supported for content types ZIP_XML and ZIP_CSV`,
      );
      const other = createDatabase({ quirks: { blobColumnText: 'No {field}' } });
      expect(other.headerProblem({ operation: 'insert', object }, [name])).toBe(`No ${name}`);
    },
  );

  it('with an unknown relationship fails the job', () => {
    expect(problem('insert', 'Opportunity', 'Name', 'Acount.External_Id__c')).toBe(
      'InvalidBatch : Unable to find relationship: Acount',
    );
  });

  it.each(['Account.Nope__c', 'Account.Phone'])('cannot find a parent by %s, which is no key', (name) => {
    expect(problem('insert', 'Contact', name)).toBe(`InvalidBatch : Field name not found : ${name}`);
  });

  it('must not name the object of a lookup that has one only', () => {
    expect(problem('insert', 'Account', 'Account:Parent.External_Id__c')).toBe(
      'InvalidBatch : type is not needed for non polymorphic foreign key references: Parent',
    );
  });

  it('must name the object of a polymorphic lookup, and one that it can point to', () => {
    expect(problem('insert', 'Task', 'Who.Email')).toMatch(/^InvalidBatch : /);
    expect(problem('insert', 'Task', 'Account:Who.External_Id__c')).toMatch(/^InvalidBatch : /);
  });

  it.each(['delete', 'hardDelete'] as const)('of a %s holds the Id and nothing else', (operation) => {
    expect(problem(operation, 'Account', 'id')).toBeUndefined();
    const only = `InvalidBatch : The '${operation}' batch must contain only ids`;
    expect(problem(operation, 'Account', 'Id', 'Name')).toBe(only);
    expect(problem(operation, 'Account', 'Name')).toBe(only);
  });

  it('of an upsert by Id without an Id column fails the job', () => {
    const byId = { operation: 'upsert', object: 'Account', externalIdField: 'Id' } as const;
    expect(db.headerProblem(byId, ['Name'])).toBe('InvalidBatch : Field name not found : Id');
    expect(db.headerProblem(byId, ['Name', 'ID'])).toBeUndefined();
  });

  it('must hold the column that identifies the records, unless the org looks at rows only', () => {
    expect(problem('update', 'Account', 'Name')).toBe('InvalidBatch : Field name not found : Id');
    expect(problem('upsert', 'Account', 'Name')).toBe('InvalidBatch : Field name not found : External_Id__c');
    expect(problem('upsert', 'Account', 'external_id__c', 'Name')).toBeUndefined();
    const lenient = createDatabase({ quirks: { missingKeyColumnFailsJob: false } });
    expect(lenient.headerProblem({ operation: 'update', object: 'Account' }, ['Name'])).toBeUndefined();
  });
});
