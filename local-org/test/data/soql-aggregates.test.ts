import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { csv, idsOf, queryError, records, rows } from './support.ts';

const db = createDatabase();
idsOf(
  csv(db, 'insert', 'Account', [
    { Name: 'a', Type: 'Prospect', AnnualRevenue: '1' },
    { Name: 'b', Type: 'Prospect', AnnualRevenue: '2' },
    { Name: 'c', Type: 'Other', AnnualRevenue: '10' },
    { Name: 'c', AnnualRevenue: '#N/A' },
  ]),
);

function run(soql: string) {
  return db.query({ soql, includeDeleted: false, bulk: false });
}

describe('aggregates', () => {
  it('COUNT() answers with a number and no rows', () => {
    const outcome = run("SELECT COUNT() FROM Account WHERE Type = 'Prospect'");
    expect([outcome.count, outcome.size, [...outcome.records], [...outcome.slice(0).rows]]).toEqual([
      2,
      2,
      [],
      [],
    ]);
    expect(run('SELECT count() FROM Account LIMIT 3').count).toBe(3);
  });

  it('count, sum, average and find extremes over what is not null', () => {
    expect(
      rows(
        db,
        'SELECT COUNT(Id), COUNT(AnnualRevenue), COUNT_DISTINCT(Name), SUM(AnnualRevenue), AVG(AnnualRevenue), MIN(Name), MAX(AnnualRevenue) FROM Account',
      ),
    ).toEqual([[4, 3, 3, 13, 13 / 3, 'a', 10]]);
  });

  it('of no rows are 0 and null', () => {
    expect(rows(db, "SELECT COUNT(Id), SUM(AnnualRevenue) FROM Account WHERE Name = 'z'")).toEqual([
      [0, null],
    ]);
  });

  it('GROUP BY makes a row for each value, named by alias or number', () => {
    const soql =
      'SELECT Type, COUNT(Id) total, MAX(AnnualRevenue), SUM(AnnualRevenue) FROM Account GROUP BY Type ORDER BY Type';
    expect(records(db, soql)).toEqual([
      { attributes: { type: 'AggregateResult' }, Type: null, total: 1, expr0: null, expr1: null },
      { attributes: { type: 'AggregateResult' }, Type: 'Other', total: 1, expr0: 10, expr1: 10 },
      { attributes: { type: 'AggregateResult' }, Type: 'Prospect', total: 2, expr0: 2, expr1: 3 },
    ]);
    expect(run(soql).columns.map(({ path, aggregate }) => [path, aggregate])).toEqual([
      ['Type', false],
      ['total', true],
      ['expr0', true],
      ['expr1', true],
    ]);
  });

  it('HAVING and ORDER BY speak of groups', () => {
    expect(rows(db, 'SELECT Type FROM Account GROUP BY Type HAVING COUNT(Id) > 1')).toEqual([['Prospect']]);
    expect(
      rows(
        db,
        'SELECT Type, SUM(AnnualRevenue) s FROM Account GROUP BY Type ORDER BY SUM(AnnualRevenue) DESC NULLS LAST LIMIT 1',
      ),
    ).toEqual([['Other', 10]]);
  });

  it('HAVING and ORDER BY may use an alias', () => {
    const soql = 'SELECT Type, COUNT(Id) total FROM Account WHERE Type != null GROUP BY Type';
    expect(rows(db, `${soql} ORDER BY total DESC`)).toEqual([
      ['Prospect', 2],
      ['Other', 1],
    ]);
    expect(rows(db, `${soql} HAVING total < 2`)).toEqual([['Other', 1]]);
  });

  it('GROUP BY takes parents and functions of dates', () => {
    expect(rows(db, 'SELECT Owner.Name, COUNT(Id) FROM Account GROUP BY Owner.Name')).toEqual([
      ['Ada Admin', 4],
    ]);
    const year = new Date().getUTCFullYear();
    expect(
      rows(
        db,
        'SELECT CALENDAR_YEAR(CreatedDate), COUNT(Id) FROM Account GROUP BY CALENDAR_YEAR(CreatedDate)',
      ),
    ).toEqual([[year, 4]]);
  });

  it.each([
    ['SELECT Name, COUNT(Id) FROM Account', 'MALFORMED_QUERY', 'Field must be grouped or aggregated: Name'],
    [
      'SELECT Name FROM Account GROUP BY Type',
      'MALFORMED_QUERY',
      'Field must be grouped or aggregated: Name',
    ],
    [
      'SELECT COUNT(Id) FROM Account GROUP BY AnnualRevenue',
      'MALFORMED_QUERY',
      "field 'AnnualRevenue' can not be grouped in a query call",
    ],
    ['SELECT SUM(Name) FROM Account', 'INVALID_FIELD', 'field Name does not support aggregate operator SUM'],
  ])('%s is refused', (soql, code, text) => {
    const error = queryError(db, soql);
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
  });
});
