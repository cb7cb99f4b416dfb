import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { column, csv, idsOf, records, rows } from './support.ts';

const clock = new Date('2026-03-04T05:06:07.089Z');
const db = createDatabase({ now: () => clock });
const [acme = '', globex = ''] = idsOf(
  csv(db, 'insert', 'Account', [
    {
      Name: 'Acme',
      AnnualRevenue: '1000',
      BillingCity: 'Bern',
      BillingLatitude: '46.9',
      External_Id__c: 'acme',
    },
    { Name: 'globex', AnnualRevenue: '5', External_Id__c: 'globex' },
    { Name: 'Initech' },
  ]),
);
const [ada = ''] = idsOf(
  csv(db, 'insert', 'Contact', [
    { LastName: 'Lovelace', FirstName: 'Ada', AccountId: acme, Email: 'ada@acme.example' },
    { LastName: 'Nobody' },
    { LastName: 'Zuse', AccountId: acme },
  ]),
);
idsOf(csv(db, 'insert', 'Task', [{ Subject: 'Call', WhoId: ada, WhatId: acme }, { Subject: 'Idle' }]));

describe('SELECT', () => {
  it('answers with columns as selected, in the schema’s case', () => {
    const { columns, object, size } = db.query({
      soql: 'select LASTNAME, account.NAME from contact',
      includeDeleted: false,
      bulk: true,
    });
    expect(object).toBe('Contact');
    expect(size).toBe(3);
    expect(columns.map(({ path, field, aggregate }) => [path, field?.type, aggregate])).toEqual([
      ['LastName', 'string', false],
      ['Account.Name', 'string', false],
    ]);
  });

  it('reads parents through any number of lookups, null where there is none', () => {
    expect(rows(db, 'SELECT LastName, Account.Name, Account.Owner.Username FROM Contact')).toEqual([
      ['Lovelace', 'Acme', 'admin@00dlo0000000001.example'],
      ['Nobody', null, null],
      ['Zuse', 'Acme', 'admin@00dlo0000000001.example'],
    ]);
  });

  it('reads the fields that any parent of a polymorphic lookup has, and its Type', () => {
    expect(rows(db, 'SELECT Subject, Who.Name, Who.Type, Who.Email, What.Name FROM Task')).toEqual([
      ['Call', 'Ada Lovelace', 'Contact', 'ada@acme.example', 'Acme'],
      ['Idle', null, null, null, null],
    ]);
  });

  it('takes an alias of the object, or its name, before a field', () => {
    expect(rows(db, "SELECT a.Name FROM Account a WHERE a.Name = 'Acme'")).toEqual([['Acme']]);
    expect(rows(db, "SELECT Account.Name FROM Account WHERE Account.Name = 'Acme'")).toEqual([['Acme']]);
  });

  it('expands FIELDS(STANDARD), FIELDS(CUSTOM) and, with a limit, FIELDS(ALL)', () => {
    const paths = (group: string): string[] =>
      db
        .query({ soql: `SELECT FIELDS(${group}) FROM Account LIMIT 1`, includeDeleted: false, bulk: false })
        .columns.map(({ path }) => path);
    expect(column(db, 'SELECT FIELDS(STANDARD) FROM Account')).toHaveLength(3);
    expect(paths('ALL')).toEqual([...db.describe('Account').fields].map(({ name }) => name));
    expect(paths('CUSTOM')).toContain('External_Id__c');
    expect(paths('STANDARD')).not.toContain('External_Id__c');
  });
});

describe('REST records', () => {
  it('carry attributes, nested parents and datetimes with an offset', () => {
    const url = '/services/data/v62.0/sobjects';
    const { records: found } = db.query({
      soql: 'SELECT LastName, CreatedDate, Account.Name, Account.Owner.Name FROM Contact LIMIT 2',
      includeDeleted: false,
      bulk: false,
      apiVersion: '62.0',
    });
    const [user] = column(db, 'SELECT Id FROM User');
    expect([...found]).toEqual([
      {
        attributes: { type: 'Contact', url: `${url}/Contact/${ada}` },
        LastName: 'Lovelace',
        CreatedDate: '2026-03-04T05:06:07.089+0000',
        Account: {
          attributes: { type: 'Account', url: `${url}/Account/${acme}` },
          Name: 'Acme',
          Owner: { attributes: { type: 'User', url: `${url}/User/${String(user)}` }, Name: 'Ada Admin' },
        },
      },
      expect.objectContaining({ LastName: 'Nobody', Account: null }),
    ]);
  });

  it('hold compound fields as objects, null when every part is empty', () => {
    expect(records(db, 'SELECT BillingAddress, ShippingAddress FROM Account LIMIT 1')).toMatchObject([
      { BillingAddress: { city: 'Bern', latitude: 46.9, street: null }, ShippingAddress: null },
    ]);
    idsOf(
      csv(db, 'insert', 'Shipment__c', [{ Destination__Latitude__s: '1', Destination__Longitude__s: '2' }]),
    );
    expect(records(db, 'SELECT Destination__c FROM Shipment__c')).toMatchObject([
      { Destination__c: { latitude: 1, longitude: 2 } },
    ]);
    expect(records(db, 'SELECT Account.BillingAddress FROM Contact LIMIT 1')).toMatchObject([
      { Account: { BillingAddress: { city: 'Bern' } } },
    ]);
  });

  it('hold the address of a blob, not the blob', () => {
    const [id] = idsOf(csv(db, 'insert', 'Attachment', [{ Name: 'a', ParentId: acme, Body: 'aGk=' }]));
    expect(records(db, 'SELECT Body FROM Attachment')).toMatchObject([
      { Body: `/services/data/v67.0/sobjects/Attachment/${id ?? ''}/Body` },
    ]);
  });

  it('hold child records, sorted and limited for each parent, or null', () => {
    const soql =
      'SELECT Name, (SELECT LastName, Account.Name FROM Contacts ORDER BY LastName DESC LIMIT 1) FROM Account ORDER BY Name LIMIT 2';
    expect(records(db, soql)).toMatchObject([
      {
        Name: 'Acme',
        Contacts: { totalSize: 1, done: true, records: [{ LastName: 'Zuse', Account: { Name: 'Acme' } }] },
      },
      { Name: 'globex', Contacts: null },
    ]);
    expect(
      records(db, "SELECT (SELECT Id FROM contacts WHERE LastName LIKE 'L%') FROM Account LIMIT 1"),
    ).toMatchObject([{ Contacts: { totalSize: 1, records: [{ Id: ada }] } }]);
  });
});

describe('ORDER BY', () => {
  it('ignores case, puts nulls first unless told otherwise, and keeps ties in order', () => {
    expect(column(db, 'SELECT Name FROM Account ORDER BY Name DESC')).toEqual(['Initech', 'globex', 'Acme']);
    expect(column(db, 'SELECT Name FROM Account ORDER BY AnnualRevenue')).toEqual([
      'Initech',
      'globex',
      'Acme',
    ]);
    expect(column(db, 'SELECT Name FROM Account ORDER BY AnnualRevenue DESC NULLS LAST')).toEqual([
      'Acme',
      'globex',
      'Initech',
    ]);
    expect(column(db, 'SELECT Name FROM Account ORDER BY BillingCity NULLS LAST, Name DESC')).toEqual([
      'Acme',
      'Initech',
      'globex',
    ]);
  });

  it('sorts by Id both ways, and by a parent’s field', () => {
    expect(column(db, 'SELECT LastName FROM Contact ORDER BY Account.Name')).toEqual([
      'Nobody',
      'Lovelace',
      'Zuse',
    ]);
    expect(column(db, 'SELECT Name FROM Account ORDER BY Id')).toEqual(['Acme', 'globex', 'Initech']);
    expect(column(db, 'SELECT Name FROM Account ORDER BY Id DESC')).toEqual(['Initech', 'globex', 'Acme']);
    expect(
      column(db, 'SELECT LastName FROM Contact ORDER BY Account.Name NULLS LAST, LastName DESC'),
    ).toEqual(['Zuse', 'Lovelace', 'Nobody']);
  });

  it('sorts ids by themselves when a seed brought them out of order', () => {
    const own = createDatabase({
      seed: {
        Account: [
          { Id: '001xx000003DGb2AAG', Name: 'b' },
          { Id: '001xx000003DGb1AAG', Name: 'a' },
        ],
      },
    });
    expect(column(own, 'SELECT Name FROM Account ORDER BY Id')).toEqual(['a', 'b']);
    expect(column(own, 'SELECT Name FROM Account ORDER BY Id LIMIT 1')).toEqual(['a']);
    expect(column(own, "SELECT Name FROM Account WHERE Id > '001xx000003DGb1AAG'")).toEqual(['b']);
  });
});

describe('LIMIT and OFFSET', () => {
  it('cut the sorted rows', () => {
    expect(column(db, 'SELECT Name FROM Account ORDER BY Name LIMIT 1 OFFSET 1')).toEqual(['globex']);
    expect(column(db, 'SELECT Name FROM Account LIMIT 2')).toEqual(['Acme', 'globex']);
    expect(column(db, 'SELECT Name FROM Account OFFSET 2')).toEqual(['Initech']);
    expect(column(db, 'SELECT Name FROM Account LIMIT 1 OFFSET 1')).toEqual(['globex']);
    expect(column(db, 'SELECT Name FROM Account LIMIT 0')).toEqual([]);
  });
});

describe('a result', () => {
  it('can be sliced into pages and read again', () => {
    const outcome = db.query({ soql: 'SELECT Name FROM Account', includeDeleted: false, bulk: false });
    expect([...outcome.slice(1).rows]).toEqual([['globex'], ['Initech']]);
    expect([...outcome.slice(0, 1).records]).toMatchObject([{ Name: 'Acme' }]);
    expect([...outcome.slice(2, 99).rows]).toEqual([['Initech']]);
    expect([...outcome.rows]).toEqual([...outcome.rows]);
  });

  it('holds the records it found, whatever is inserted or deleted later', () => {
    const own = createDatabase();
    const [Id] = idsOf(csv(own, 'insert', 'Account', [{ Name: 'a' }, { Name: 'b' }]));
    const outcome = own.query({ soql: 'SELECT Name FROM Account', includeDeleted: false, bulk: true });
    idsOf(csv(own, 'hardDelete', 'Account', [{ Id }]));
    idsOf(csv(own, 'insert', 'Account', [{ Name: 'c' }]));
    expect([...outcome.rows]).toEqual([['a'], ['b']]);
  });

  it('of no rows still has its columns', () => {
    const { columns, size } = db.query({
      soql: 'SELECT Id, Name FROM Lead',
      includeDeleted: false,
      bulk: true,
    });
    expect([columns.map(({ path }) => path), size]).toEqual([['Id', 'Name'], 0]);
  });

  it('leaves out deleted parents, unless deleted records are asked for', () => {
    const own = createDatabase();
    const [id] = idsOf(csv(own, 'insert', 'Account', [{ Name: 'gone' }]));
    idsOf(csv(own, 'insert', 'Case', [{ AccountId: id }]));
    idsOf(csv(own, 'delete', 'Account', [{ Id: id }]));
    expect(column(own, 'SELECT Account.Name FROM Case')).toEqual([null]);
    expect(column(own, 'SELECT Account.Name FROM Case', { includeDeleted: true })).toEqual(['gone']);
  });
});

it('knows both accounts by their ids', () => {
  expect(column(db, `SELECT Name FROM Account WHERE Id IN ('${globex}', '${acme.slice(0, 15)}')`)).toEqual([
    'Acme',
    'globex',
  ]);
});
