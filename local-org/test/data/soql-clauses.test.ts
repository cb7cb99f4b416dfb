import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { column, csv, idsOf, queryError, records, rows } from './support.ts';

const db = createDatabase();
const [account = ''] = idsOf(
  csv(db, 'insert', 'Account', [
    { Name: 'a', Type: 'Prospect', Industry: 'Energy', Phone: '1' },
    { Name: 'b', Type: 'Prospect', Industry: 'Media' },
    { Name: 'c', Type: 'Other', Industry: 'Energy' },
  ]),
);
const [lead = '', opportunity = ''] = idsOf([
  ...csv(db, 'insert', 'Lead', [{ LastName: 'l', Company: 'co' }]),
  ...csv(db, 'insert', 'Opportunity', [
    { Name: 'o', StageName: 'Won', CloseDate: '2026-01-31', Amount: '5000.5' },
  ]),
]);
idsOf(
  csv(db, 'insert', 'Task', [
    { Subject: '1', WhatId: account },
    { Subject: '2', WhatId: opportunity },
    { Subject: '3', WhoId: lead },
  ]),
);

describe('clauses that change nothing here', () => {
  it.each([
    'WITH SECURITY_ENFORCED',
    'WITH USER_MODE ORDER BY Name',
    'WITH SYSTEM_MODE LIMIT 5',
    "WITH UserId='005000000000001AAA' ORDER BY Name",
    'WITH DATA CATEGORY Geography__c ABOVE usa__c',
    'WITH DATA CATEGORY Geography__c ABOVE_OR_BELOW usa__c AND Product__c AT (a__c, b__c)',
    'WITH RecordVisibilityContext (maxDescriptorPerRecord=100, supportsDomains=true)',
    'FOR VIEW',
    'FOR VIEW, REFERENCE',
    'UPDATE TRACKING',
    'UPDATE TRACKING, VIEWSTAT',
    'FOR REFERENCE UPDATE VIEWSTAT FOR UPDATE',
    "SET OPTIONS (dataspace = 'default', honorEmptyStrings = true)",
  ])('%s', (clause) => {
    expect(column(db, `SELECT Name FROM Account ${clause}`)).toEqual(['a', 'b', 'c']);
  });

  it.each([
    'WITH',
    'WITH SOMETHING',
    'WITH DATA CATEGORY a__c',
    'FOR',
    'UPDATE NOTHING',
    'SET OPTIONS ()',
    'SET x',
  ])('written wrong are refused: %s', (clause) => {
    expect(queryError(db, `SELECT Name FROM Account ${clause}`).code).toBe('MALFORMED_QUERY');
  });
});

describe('subtotals', () => {
  it('ROLLUP leaves out one key after the other, from the right', () => {
    const soql = 'SELECT Type, Industry, COUNT(Id) n FROM Account GROUP BY ROLLUP(Type, Industry)';
    expect(rows(db, soql)).toEqual([
      ['Prospect', 'Energy', 1],
      ['Prospect', 'Media', 1],
      ['Other', 'Energy', 1],
      ['Prospect', null, 2],
      ['Other', null, 1],
      [null, null, 3],
    ]);
  });

  it('CUBE leaves out every choice of keys, which GROUPING tells', () => {
    const soql =
      'SELECT Type, GROUPING(Type) t, Industry, GROUPING(Industry) i, COUNT(Id) n FROM Account GROUP BY CUBE(Type, Industry)';
    expect(rows(db, soql).slice(3)).toEqual([
      [null, 1, 'Energy', 0, 2],
      [null, 1, 'Media', 0, 1],
      ['Prospect', 0, null, 1, 2],
      ['Other', 0, null, 1, 1],
      [null, 1, null, 1, 3],
    ]);
  });
});

describe('TYPEOF', () => {
  it('gives each parent the fields of its own object', () => {
    const soql =
      'SELECT Subject, TYPEOF What WHEN Account THEN Name, Phone WHEN Opportunity THEN Amount END FROM Task ORDER BY Subject';
    expect(records(db, soql).map(({ What }) => What)).toEqual([
      {
        attributes: { type: 'Account', url: `/services/data/v67.0/sobjects/Account/${account}` },
        Name: 'a',
        Phone: '1',
      },
      {
        attributes: { type: 'Opportunity', url: `/services/data/v67.0/sobjects/Opportunity/${opportunity}` },
        Amount: 5000.5,
      },
      null,
    ]);
  });

  it('gives the others what ELSE says, or nothing', () => {
    const soql = 'SELECT TYPEOF What WHEN Account THEN Phone ELSE Name END FROM Task ORDER BY Subject';
    expect(records(db, soql)).toMatchObject([
      { What: { Phone: '1' } },
      { What: { Name: 'o' } },
      { What: null },
    ]);
    const without = 'SELECT TYPEOF What WHEN Account THEN Phone END FROM Task ORDER BY Subject';
    expect(records(db, without)).toMatchObject([{ What: { Phone: '1' } }, { What: null }, { What: null }]);
  });

  it.each([
    ['TYPEOF What WHEN Account THEN Nope END', 'INVALID_FIELD'],
    ['TYPEOF Nope WHEN Account THEN Id END', 'INVALID_FIELD'],
    ['TYPEOF What WHEN Account Phone END', 'MALFORMED_QUERY'],
    ['TYPEOF What END', 'MALFORMED_QUERY'],
  ])('%s is refused', (item, code) => {
    expect(queryError(db, `SELECT ${item} FROM Task`).code).toBe(code);
  });
});

it('knows amounts of a currency, fiscal dates and times in the time zone of the user', () => {
  const find = (where: string) => column(db, `SELECT Name FROM Opportunity WHERE ${where}`);
  expect(find('Amount > USD5000')).toEqual(['o']);
  expect(find('Amount = USD5000.50')).toEqual(['o']);
  expect(find('Amount > EUR5001')).toEqual([]);
  const year = new Date().getUTCFullYear() - 2026;
  expect(
    find(year === 0 ? 'CloseDate = THIS_FISCAL_YEAR' : `CloseDate = N_FISCAL_YEARS_AGO:${year}`),
  ).toEqual(['o']);
  expect(find('CloseDate = NEXT_N_FISCAL_QUARTERS:2')).toEqual([]);
  expect(find('DAY_ONLY(convertTimezone(CreatedDate)) > 2020-01-01')).toEqual(['o']);
  expect(queryError(db, 'SELECT Id FROM Opportunity WHERE CloseDate = THIS_FISCAL_WEEK').code).toBe(
    'MALFORMED_QUERY',
  );
});
