import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { column, csv, idsOf, rowError } from './support.ts';

function withParents() {
  const db = createDatabase();
  const [account = '', twinA = ''] = idsOf(
    csv(db, 'insert', 'Account', [
      { Name: 'Parent', External_Id__c: 'p-1', Legacy_Number__c: '42' },
      { Name: 'Twin', Source_Key__c: 'twin' },
      { Name: 'Twin', Source_Key__c: 'twin' },
    ]),
  );
  const [contact = ''] = idsOf(csv(db, 'insert', 'Contact', [{ LastName: 'Boss', Email: 'boss@a.example' }]));
  const [lead = ''] = idsOf(
    csv(db, 'insert', 'Lead', [{ LastName: 'L', Company: 'C', Email: 'lead@a.example' }]),
  );
  return { db, account, twinA, contact, lead };
}

describe('a lookup cell with an id', () => {
  it('takes 15 or 18 characters', () => {
    const { db, account } = withParents();
    idsOf(
      csv(db, 'insert', 'Contact', [
        { LastName: 'a', AccountId: account },
        { LastName: 'b', AccountId: account.slice(0, 15) },
      ]),
    );
    expect(column(db, "SELECT AccountId FROM Contact WHERE LastName IN ('a','b')")).toEqual([
      account,
      account,
    ]);
  });

  it('is refused when it is malformed or of another object', () => {
    const { db, contact } = withParents();
    for (const id of ['nonsense', contact]) {
      expect(rowError(db, 'insert', 'Contact', { LastName: 'a', AccountId: id })).toBe(
        `MALFORMED_ID:Account ID: id value of incorrect type: ${id}:AccountId --`,
      );
    }
  });

  it('is refused when there is no such record, or no more', () => {
    const { db, account } = withParents();
    expect(rowError(db, 'insert', 'Contact', { LastName: 'a', AccountId: '001Lo00000000ZZIAY' })).toBe(
      'INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--',
    );
    idsOf(csv(db, 'delete', 'Account', [{ Id: account }]));
    expect(rowError(db, 'insert', 'Contact', { LastName: 'a', AccountId: account })).toBe(
      'ENTITY_IS_DELETED:entity is deleted:--',
    );
  });

  it('may name any object of a polymorphic lookup', () => {
    const { db, contact, lead } = withParents();
    idsOf(csv(db, 'insert', 'Task', [{ WhoId: contact }, { WhoId: lead }]));
    expect(column(db, 'SELECT Who.Type FROM Task')).toEqual(['Contact', 'Lead']);
  });
});

describe('a relationship column', () => {
  it('finds the parent by a custom external id, in any case', () => {
    const { db, account } = withParents();
    idsOf(csv(db, 'insert', 'Contact', [{ LastName: 'a', 'account.external_ID__c': 'P-1' }]));
    idsOf(csv(db, 'insert', 'Shipment__c', [{ 'Account__r.External_Id__c': 'p-1' }]));
    expect(column(db, "SELECT AccountId FROM Contact WHERE LastName = 'a'")).toEqual([account]);
    expect(column(db, 'SELECT Account__c FROM Shipment__c')).toEqual([account]);
  });

  it('finds the parent by a standard field with idLookup, by number and by Id', () => {
    const { db, account, contact } = withParents();
    idsOf(
      csv(db, 'insert', 'Contact', [
        { LastName: 'a', 'ReportsTo.Email': 'boss@a.example', 'Account.Legacy_Number__c': '4.2e1' },
      ]),
    );
    expect(column(db, "SELECT ReportsToId FROM Contact WHERE LastName = 'a'")).toEqual([contact]);
    expect(column(db, "SELECT AccountId FROM Contact WHERE LastName = 'a'")).toEqual([account]);
    expect(rowError(db, 'insert', 'Contact', { LastName: 'b', 'Account.Id': account })).toBe('');
  });

  it('fails the row when no parent has the key', () => {
    expect(
      rowError(withParents().db, 'insert', 'Contact', {
        LastName: 'a',
        'Account.External_Id__c': '0000031236',
      }),
    ).toBe(
      'INVALID_FIELD:Foreign key external ID: 0000031236 not found for field External_Id__c in entity Account:--',
    );
  });

  it('fails the row when several parents have the key', () => {
    expect(
      rowError(withParents().db, 'insert', 'Contact', { LastName: 'a', 'Account.Source_Key__c': 'twin' }),
    ).toBe(
      'INVALID_FIELD:Foreign key external ID: twin is not unique for field Source_Key__c in entity Account:--',
    );
  });

  it('does not find a parent that the same batch creates', () => {
    const db = createDatabase();
    const results = csv(db, 'upsert:External_Id__c', 'Account', [
      { Name: 'parent', External_Id__c: 'p' },
      { Name: 'child', External_Id__c: 'c', 'Parent.External_Id__c': 'p' },
    ]);
    expect(results.map(({ success }) => success)).toEqual([true, false]);
  });

  it('is left alone when empty, and cleared by #N/A', () => {
    const { db, account } = withParents();
    const [Id] = idsOf(
      csv(db, 'insert', 'Contact', [{ LastName: 'a', AccountId: account, 'ReportsTo.Email': '' }]),
    );
    idsOf(csv(db, 'update', 'Contact', [{ Id, 'Account.External_Id__c': '' }]));
    expect(column(db, `SELECT AccountId FROM Contact WHERE Id = '${Id ?? ''}'`)).toEqual([account]);
    idsOf(csv(db, 'update', 'Contact', [{ Id, 'Account.External_Id__c': '#N/A' }]));
    expect(column(db, `SELECT AccountId FROM Contact WHERE Id = '${Id ?? ''}'`)).toEqual([null]);
  });

  it('of a polymorphic lookup names the object before a colon', () => {
    const { db, lead, contact } = withParents();
    idsOf(
      csv(db, 'insert', 'Task', [
        { 'Lead:Who.Email': 'lead@a.example' },
        { 'contact:who.email': 'boss@a.example' },
      ]),
    );
    expect(column(db, 'SELECT WhoId FROM Task')).toEqual([lead, contact]);
  });

  it('may point to an object of a custom name', () => {
    const db = createDatabase();
    const [id] = idsOf(csv(db, 'insert', 'Shipment__c', [{ Tracking_Number__c: 't' }]));
    idsOf(csv(db, 'insert', 'Task', [{ 'Shipment__c:What.Tracking_Number__c': 't' }]));
    expect(column(db, 'SELECT WhatId FROM Task')).toEqual([id]);
  });
});
