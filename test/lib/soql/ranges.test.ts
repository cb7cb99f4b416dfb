import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { idRanges, splitByRange, timeRanges, type SoqlRange } from '../../../src/lib/soql/ranges.js';

const byId: SoqlRange[] = [
  { field: 'Id', to: '001000000000001' },
  { field: 'Id', from: '001000000000001', to: '001000000000009' },
  { field: 'Id', from: '001000000000009' },
];

describe('splitByRange', () => {
  test('writes one query for each range', () => {
    expect(splitByRange("SELECT Id FROM Account WHERE A = 'x' OR B = 1", byId)).toEqual([
      "SELECT Id FROM Account WHERE (A = 'x' OR B = 1) AND Id < '001000000000001'",
      "SELECT Id FROM Account WHERE (A = 'x' OR B = 1) AND Id >= '001000000000001' AND Id < '001000000000009'",
      "SELECT Id FROM Account WHERE (A = 'x' OR B = 1) AND Id >= '001000000000009'",
    ]);
  });

  test('times are written without quotes', () => {
    const range: SoqlRange = { field: 'CreatedDate', from: '2026-01-01T00:00:00.000Z' };
    expect(splitByRange('SELECT Id FROM Account', [range])).toEqual([
      'SELECT Id FROM Account WHERE CreatedDate >= 2026-01-01T00:00:00.000Z',
    ]);
  });

  test('an order by the time of creation holds over ranges of it', () => {
    const ranges: SoqlRange[] = [
      { field: 'CreatedDate', to: '2026-01-01T00:00:00.000Z' },
      { field: 'CreatedDate', from: '2026-01-01T00:00:00.000Z' },
    ];
    const parts = splitByRange('SELECT Id FROM Account ORDER BY CreatedDate DESC', ranges);
    expect(parts?.[0]).toContain('CreatedDate >= 2026');
    expect(splitByRange('SELECT Id FROM Account ORDER BY Id', ranges)).toBeUndefined();
  });

  test('a range without bounds is the query itself', () => {
    expect(splitByRange('SELECT Id FROM Account', [{ field: 'Id' }])).toEqual(['SELECT Id FROM Account']);
  });

  test('an order by the same field holds over the parts, backwards too', () => {
    const forwards = splitByRange('SELECT a.Id FROM Account a ORDER BY a.Id, a.Name', byId);
    const backwards = splitByRange('SELECT Id FROM Account ORDER BY ID DESC', byId);
    expect(forwards?.[0]).toContain("Id < '001000000000001'");
    expect(backwards?.[0]).toContain("Id >= '001000000000009'");
  });

  test.each([
    'SAMPLE 10 PERCENT',
    'ORDER BY Name',
    'ORDER BY CreatedDate',
    'LIMIT 5',
    'GROUP BY Id',
    'LIMIT 3 OFFSET 2',
  ])('is impossible with %s', (clause) => {
    expect(splitByRange(`SELECT Id FROM Account ${clause}`, byId)).toBeUndefined();
  });
});

const id = fc
  .array(fc.constantFrom(...'0123456789ABCXYZabcxyz'.split('')), { minLength: 12, maxLength: 12 })
  .map((characters) => `001${characters.join('')}`);

function holds({ from, to }: SoqlRange, value: string): boolean {
  return (from === undefined || value >= from) && (to === undefined || value < to);
}

test('every id, inside or outside the ends, is in exactly one range', () => {
  fc.assert(
    fc.property(id, id, id, fc.integer({ min: 1, max: 20 }), (a, b, other, count) => {
      const [first = a, last = b] = [a, b].sort();
      const ranges = idRanges(first, last, count);
      for (const value of [first, last, other, `${other}AAA`]) {
        expect(ranges.filter((range) => holds(range, value))).toHaveLength(1);
      }
    }),
  );
});

test('ranges are of equal width', () => {
  expect(idRanges('001000000000000', '00100000000000a', 4).map(({ from }) => from)).toEqual([
    undefined,
    '001000000000009',
    '00100000000000I',
    '00100000000000R',
  ]);
  expect(timeRanges(new Date('2026-01-01'), new Date('2026-01-05'), 2)).toEqual([
    { field: 'CreatedDate', to: '2026-01-03T00:00:00.000Z' },
    { field: 'CreatedDate', from: '2026-01-03T00:00:00.000Z' },
  ]);
});

test('there are fewer ranges when there are few values between the ends', () => {
  expect(idRanges('001000000000000', '001000000000002', 10)).toHaveLength(2);
  expect(idRanges('001000000000000', '001000000000000', 10)).toEqual([{ field: 'Id' }]);
});
