import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { csv, idsOf, queryError, records, rows } from './support.ts';

const db = createDatabase({ now: () => new Date('2026-03-04T15:06:07.089Z') });
const [acme = ''] = idsOf(
  csv(db, 'insert', 'Account', [{ Name: 'Acme', AnnualRevenue: '44000', Rating: 'Hot' }, { Name: 'Globex' }]),
);
idsOf(csv(db, 'insert', 'Contact', [{ LastName: 'Lovelace', AccountId: acme }, { LastName: 'Nobody' }]));
const shipped = {
  Freight_Cost__c: '1234.5',
  Duty_Rate__c: '12.5',
  Weight_Kg__c: '1000',
  Ship_Date__c: '2025-04-10',
};
idsOf(csv(db, 'insert', 'Shipment__c', [{ ...shipped, Pickup_Time__c: '15:31:00' }]));

describe('FROM', () => {
  it('may name parents, each with an alias', () => {
    const from = 'FROM Contact c, c.Account a, a.Owner o';
    expect(rows(db, `SELECT c.LastName, a.Name, o.Username ${from} WHERE a.Name = 'Acme'`)).toEqual([
      ['Lovelace', 'Acme', 'admin@00dlo0000000001.example'],
    ]);
    expect(
      db.query({ soql: `SELECT COUNT() ${from} WHERE a.name = 'Acme'`, bulk: false, includeDeleted: false })
        .count,
    ).toBe(1);
    expect(
      rows(db, "SELECT LastName FROM Contact, Contact.Account a WHERE a.Name = 'Acme' ORDER BY a.Name"),
    ).toEqual([['Lovelace']]);
    expect(
      rows(db, 'SELECT a.Name, COUNT(Id) FROM Contact c, c.Account a WHERE a.Name != null GROUP BY a.Name'),
    ).toEqual([['Acme', 1]]);
  });

  it('names results by their fields, not by their aliases', () => {
    expect(records(db, "SELECT a.Name FROM Contact c, c.Account a WHERE c.LastName = 'Lovelace'")).toEqual([
      {
        attributes: expect.anything() as unknown,
        Account: { attributes: expect.anything() as unknown, Name: 'Acme' },
      },
    ]);
  });

  it('may say whose children it reads', () => {
    for (const child of ['Contacts', 'Account.Contacts', 'a.Contacts', 'a.Contacts c']) {
      const soql = `SELECT Name, (SELECT Contact.LastName FROM ${child}) FROM Account a WHERE Name = 'Acme'`;
      expect(records(db, soql)).toEqual([
        expect.objectContaining({ Contacts: expect.objectContaining({ totalSize: 1 }) as unknown }),
      ]);
    }
  });

  it('refuses a parent that there is none of', () => {
    expect(queryError(db, 'SELECT Id FROM Contact c, c.Acount a')).toEqual({
      code: 'INVALID_TYPE',
      message: expect.stringContaining(
        "Didn't understand relationship 'c.Acount' in FROM part of query call.",
      ) as string,
    });
  });
});

describe('an alias of something selected', () => {
  it('is for aggregate expressions only', () => {
    expect(queryError(db, 'SELECT Name n FROM Account')).toEqual({
      code: 'MALFORMED_QUERY',
      message: expect.stringMatching(
        /ERROR at Row:1:Column:8\nonly aggregate expressions use field aliasing$/,
      ) as string,
    });
    expect(
      records(
        db,
        'SELECT Rating r, COUNT(Id) n FROM Account GROUP BY Rating ORDER BY Rating DESC NULLS LAST LIMIT 1',
      ),
    ).toEqual([{ attributes: { type: 'AggregateResult' }, r: 'Hot', n: 1 }]);
  });

  it('is allowed for FORMAT, and needed where the field comes twice', () => {
    const where = "FROM Account WHERE Name = 'Acme'";
    const twice = `SELECT AnnualRevenue, FORMAT(AnnualRevenue) shown, FORMAT(convertCurrency(AnnualRevenue)) inOurs ${where}`;
    expect(records(db, twice)).toEqual([
      { attributes: expect.anything() as unknown, AnnualRevenue: 44000, shown: '$44,000', inOurs: '$44,000' },
    ]);
    expect(
      db.query({ soql: twice, bulk: true, includeDeleted: false }).columns.map(({ path }) => path),
    ).toEqual(['AnnualRevenue', 'shown', 'inOurs']);
    expect(queryError(db, `SELECT AnnualRevenue, FORMAT(AnnualRevenue) ${where}`)).toEqual({
      code: 'MALFORMED_QUERY',
      message: expect.stringContaining('duplicate field selected: AnnualRevenue') as string,
    });
  });

  it('is allowed for toLabel', () => {
    expect(
      rows(db, "SELECT Rating, toLabel(Rating) label FROM Account WHERE toLabel(Rating) = 'Hot'"),
    ).toEqual([['Hot', 'Hot']]);
  });
});

describe('FORMAT', () => {
  it('writes numbers, money and dates as text for the locale en_US', () => {
    const fields = [
      'Freight_Cost__c',
      'Duty_Rate__c',
      'Weight_Kg__c',
      'Ship_Date__c',
      'Pickup_Time__c',
      'CreatedDate',
      'Notes__c',
    ];
    const [row] = rows(db, `SELECT ${fields.map((name) => `FORMAT(${name})`).join(', ')} FROM Shipment__c`);
    expect(
      row?.map((value) => (typeof value === 'string' ? value.replaceAll('\u202f', ' ') : value)),
    ).toEqual(['$1,234.50', '12.50%', '1,000.000', '4/10/2025', '3:31 PM', '3/4/2026, 3:06 PM', null]);
  });

  it('takes an aggregate too', () => {
    expect(rows(db, 'SELECT FORMAT(MAX(Ship_Date__c)) last FROM Shipment__c')).toEqual([['4/10/2025']]);
  });
});
