import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { column, csv, idsOf } from './support.ts';

const clock = new Date('2026-03-04T05:06:07Z');
const db = createDatabase({ now: () => clock });
const ids = idsOf(
  csv(db, 'insert', 'Account', [
    {
      Name: 'Acme',
      AnnualRevenue: '1000',
      Site: 'a%b',
      External_Id__c: 'One',
      SLAExpirationDate__c: '2026-03-04',
    },
    {
      Name: 'Beta',
      AnnualRevenue: '5',
      Site: 'a_b',
      External_Id__c: 'Two',
      SLAExpirationDate__c: '2026-02-28',
    },
    { Name: "O'Neil", Site: 'a\\b', SLAExpirationDate__c: '2025-12-31' },
  ]),
);
idsOf(csv(db, 'insert', 'Contact', [{ LastName: 'c', AccountId: ids[0] }, { LastName: 'd' }]));
idsOf(
  csv(db, 'insert', 'Shipment__c', [
    { Name: '1', Handling__c: 'Cold;Upright', Fragile__c: 'true' },
    { Name: '2', Handling__c: 'Cold' },
    { Name: '3' },
  ]),
);

function named(where: string): unknown[] {
  return column(db, `SELECT Name FROM Account WHERE ${where}`);
}

describe('WHERE compares', () => {
  it.each([
    ["Name = 'acme'", ['Acme']],
    ["Name != 'ACME'", ['Beta', "O'Neil"]],
    ["Name <> 'ACME'", ['Beta', "O'Neil"]],
    ["Name > 'acme' AND Name <= 'beta'", ['Beta']],
    [String.raw`Name = 'O\'Neil'`, ["O'Neil"]],
    ['AnnualRevenue = 5', ['Beta']],
    ['AnnualRevenue > 5', ['Acme']],
    ['AnnualRevenue >= 5.0', ['Acme', 'Beta']],
    ['AnnualRevenue < 1e3', ['Beta']],
    ['AnnualRevenue != 5', ['Acme', "O'Neil"]],
  ])('text without regard to case and numbers by value: %s', (where, expected) =>
    expect(named(where)).toEqual(expected),
  );

  it.each([
    ['AnnualRevenue = null', ["O'Neil"]],
    ['AnnualRevenue != NULL', ['Acme', 'Beta']],
    ["External_Id__c = ''", ["O'Neil"]],
    ['AnnualRevenue < 0', []],
  ])('null only with null: %s', (where, expected) => expect(named(where)).toEqual(expected));

  it('checkboxes with true and false', () => {
    expect(column(db, 'SELECT Name FROM Shipment__c WHERE Fragile__c = TRUE')).toEqual(['1']);
    expect(column(db, 'SELECT Name FROM Shipment__c WHERE Fragile__c != true')).toEqual(['2', '3']);
  });

  it('a case-sensitive field in its case', () => {
    const own = createDatabase({ seed: { Account: [{ Name: 'a', Iata_Code__c: 'ZRH' }] } });
    expect(column(own, "SELECT Name FROM Account WHERE Iata_Code__c = 'ZRH'")).toEqual(['a']);
    expect(column(own, "SELECT Name FROM Account WHERE Iata_Code__c = 'zrh'")).toEqual([]);
  });

  it('dates and datetimes', () => {
    expect(named('SLAExpirationDate__c >= 2026-02-28')).toEqual(['Acme', 'Beta']);
    expect(named('CreatedDate = 2026-03-04T05:06:07Z')).toHaveLength(3);
    expect(named('CreatedDate >= 2026-03-04T07:06:07.000+02:00')).toHaveLength(3);
    expect(named('CreatedDate > 2026-03-04T05:06:07Z')).toEqual([]);
  });
});

describe('WHERE matches', () => {
  it.each([
    ["Name LIKE 'a%'", ['Acme']],
    ["Name LIKE '_eta'", ['Beta']],
    ["Name LIKE '%E%'", ['Acme', 'Beta', "O'Neil"]],
    [String.raw`Site LIKE 'a\%b'`, ['Acme']],
    [String.raw`Site LIKE 'a\_b'`, ['Beta']],
    [String.raw`Site LIKE 'a\\b'`, ["O'Neil"]],
    ["Site LIKE 'a.b'", []],
  ])('patterns: %s', (where, expected) => expect(named(where)).toEqual(expected));

  it.each([
    ["Name IN ('ACME', 'beta')", ['Acme', 'Beta']],
    ["Name NOT IN ('ACME', 'beta')", ["O'Neil"]],
    ['AnnualRevenue IN (5, 6)', ['Beta']],
    ["External_Id__c NOT IN ('one')", ['Beta', "O'Neil"]],
    ["External_Id__c IN ('two', 'nope', 'two')", ['Beta']],
  ])('lists: %s', (where, expected) => expect(named(where)).toEqual(expected));

  it.each([
    ["INCLUDES ('Cold')", ['1', '2']],
    ["INCLUDES ('Cold;Upright')", ['1']],
    ["INCLUDES ('Upright', 'Hazardous')", ['1']],
    ["EXCLUDES ('Upright')", ['2', '3']],
  ])('multi-select picklists: %s', (condition, expected) =>
    expect(column(db, `SELECT Name FROM Shipment__c WHERE Handling__c ${condition}`)).toEqual(expected),
  );

  it('the results of another query', () => {
    expect(named("Id IN (SELECT AccountId FROM Contact WHERE LastName = 'c')")).toEqual(['Acme']);
    expect(named('Id NOT IN (SELECT AccountId FROM Contact)')).toEqual(['Beta', "O'Neil"]);
  });

  it('fields of a parent', () => {
    expect(column(db, "SELECT LastName FROM Contact WHERE Account.Name = 'Acme'")).toEqual(['c']);
    expect(column(db, 'SELECT LastName FROM Contact WHERE Account.Name = null')).toEqual(['d']);
  });
});

describe('WHERE combines', () => {
  it.each([
    ["Name = 'Acme' AND AnnualRevenue = 5", []],
    ["Name = 'Acme' OR AnnualRevenue = 5", ['Acme', 'Beta']],
    ["(Name = 'Acme' OR Name = 'Beta') AND AnnualRevenue > 10", ['Acme']],
    ["NOT Name = 'Acme'", ['Beta', "O'Neil"]],
    ["NOT (Name = 'Acme' OR Name = 'Beta')", ["O'Neil"]],
    ["Name = 'Beta' AND (NOT Name LIKE 'A%')", ['Beta']],
  ])('%s', (where, expected) => expect(named(where)).toEqual(expected));
});

describe('WHERE by Id', () => {
  const [first = '', second = '', third = ''] = ids;
  it.each([
    [`Id = '${second}'`, ['Beta']],
    [`Id = '${second.slice(0, 15)}'`, ['Beta']],
    [`Id != '${second}'`, ['Acme', "O'Neil"]],
    [`Id > '${first}'`, ['Beta', "O'Neil"]],
    [`Id >= '${second}' AND Id < '${third}'`, ['Beta']],
    [`Id <= '${second}'`, ['Acme', 'Beta']],
    [`Id > '${first}' AND Name = 'Acme'`, []],
    [`Id IN ('${third}', '${first}') AND AnnualRevenue = 1000`, ['Acme']],
    [`Id = '${first}' OR Name = 'Beta'`, ['Acme', 'Beta']],
  ])('%s', (where, expected) => expect(named(where)).toEqual(expected));
});

describe('date literals', () => {
  const dates = [
    '2024-06-15',
    '2025-12-31',
    '2026-01-01',
    '2026-02-28',
    '2026-03-01',
    '2026-03-03',
    '2026-03-04',
    '2026-03-05',
    '2026-04-01',
    '2027-01-01',
  ];
  const calendar = createDatabase({
    now: () => clock,
    seed: {
      Opportunity: dates.map((CloseDate) => ({
        Name: CloseDate,
        CloseDate,
        CreatedDate: `${CloseDate}T12:00:00Z`,
      })),
    },
  });
  const found = (condition: string): unknown[] =>
    column(calendar, `SELECT Name FROM Opportunity WHERE CloseDate ${condition}`);

  it.each([
    ['= YESTERDAY', ['2026-03-03']],
    ['= TODAY', ['2026-03-04']],
    ['= TOMORROW', ['2026-03-05']],
    ['= THIS_WEEK', ['2026-03-01', '2026-03-03', '2026-03-04', '2026-03-05']],
    ['= LAST_WEEK', ['2026-02-28']],
    ['= LAST_MONTH', ['2026-02-28']],
    ['= NEXT_MONTH', ['2026-04-01']],
    ['= LAST_QUARTER', ['2025-12-31']],
    ['= NEXT_QUARTER', ['2026-04-01']],
    ['= LAST_YEAR', ['2025-12-31']],
    ['= NEXT_YEAR', ['2027-01-01']],
    ['= LAST_N_DAYS:1', ['2026-03-03', '2026-03-04']],
    ['= NEXT_N_DAYS:1', ['2026-03-05']],
    ['= LAST_N_MONTHS:1', ['2026-02-28']],
    ['= N_DAYS_AGO:1', ['2026-03-03']],
    ['= N_YEARS_AGO:2', ['2024-06-15']],
    ['= NEXT_90_DAYS', ['2026-03-05', '2026-04-01']],
    ['< LAST_YEAR', ['2024-06-15']],
    ['<= LAST_YEAR', ['2024-06-15', '2025-12-31']],
    ['> THIS_YEAR', ['2027-01-01']],
    ['>= NEXT_MONTH', ['2026-04-01', '2027-01-01']],
  ])('CloseDate %s', (condition, expected) => expect(found(condition)).toEqual(expected));

  it('hold for datetimes too, and for what they are not', () => {
    expect(column(calendar, 'SELECT Name FROM Opportunity WHERE CreatedDate = TODAY')).toEqual([
      '2026-03-04',
    ]);
    expect(column(db, 'SELECT LastName FROM Contact WHERE Birthdate != TODAY')).toEqual(['c', 'd']);
    expect(found('!= THIS_YEAR')).toEqual(['2024-06-15', '2025-12-31', '2027-01-01']);
  });

  it('stand beside functions of dates', () => {
    expect(column(calendar, 'SELECT Name FROM Opportunity WHERE CALENDAR_YEAR(CloseDate) = 2025')).toEqual([
      '2025-12-31',
    ]);
  });
});
