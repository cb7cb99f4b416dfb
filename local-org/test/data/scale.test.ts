import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../data/database.ts';
import { column, csv, idsOf } from './support.ts';

const batchSize = 10_000;
const batch = (start: number) =>
  Array.from({ length: batchSize }, (_, at) => ({
    Name: `Account ${start + at}`,
    External_Id__c: `key-${start + at}`,
    AnnualRevenue: String(start + at),
    SLAExpirationDate__c: '2026-01-02',
  }));

describe('a large org', () => {
  const db = createDatabase();
  for (let start = 0; start < 100_000; start += batchSize)
    idsOf(csv(db, 'upsert:External_Id__c', 'Account', batch(start)));

  // Each bound is many times what a quiet machine needs: a scan or a copy where an index belongs takes longer still.
  it('saves 10,000 rows without a scan for each', () => {
    const start = performance.now();
    idsOf(csv(db, 'upsert:External_Id__c', 'Account', batch(50_000)));
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(db.query({ soql: 'SELECT COUNT() FROM Account', bulk: false, includeDeleted: false }).count).toBe(
      100_000,
    );
  });

  it('finds a thousand records one by one by id and by external id', () => {
    const ids = column(db, 'SELECT Id FROM Account LIMIT 1000');
    const start = performance.now();
    ids.forEach((id, at) => {
      expect(column(db, `SELECT Name FROM Account WHERE Id = '${String(id)}'`)).toEqual([`Account ${at}`]);
      expect(column(db, `SELECT Id FROM Account WHERE External_Id__c = 'key-${at}'`)).toEqual([id]);
    });
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  it('pages by Id without sorting', () => {
    let last = '001000000000000';
    let seen = 0;
    for (;;) {
      const page = column(db, `SELECT Id FROM Account WHERE Id > '${last}' ORDER BY Id LIMIT 10000`);
      if (page.length === 0) break;
      seen += page.length;
      last = String(page.at(-1));
    }
    expect(seen).toBe(100_000);
  });
});
