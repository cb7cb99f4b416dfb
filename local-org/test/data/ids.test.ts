import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idSuffix, normalizeId } from '../../data/store/ids.ts';
import { IdColumn } from '../../data/store/id-column.ts';
import { MintedIds } from '../../data/store/minted-ids.ts';

const counter = fc.integer({ min: 1, max: 2 ** 32 - 1 });

describe('record ids', () => {
  it.each([
    ['001ak000009BWKL', '001ak000009BWKLAA4'],
    ['750ak000009BWKL', '750ak000009BWKLAA4'],
    ['005ak000005hvjJ', '005ak000005hvjJAAQ'],
    ['00300000003T2PG', '00300000003T2PGAA0'],
  ])('have the suffix the service gives them: %s is %s', (body, full) => {
    expect(body + idSuffix(body)).toBe(full);
    expect(normalizeId(body)).toBe(full);
  });

  it.each(['001AK000009BWKLAA4', '001ak000009bwklAA4', '001ak000009BWKLaa4', '001ak000009bwklaa4'])(
    'of 18 characters are refused once their letters have changed case: %s',
    (id) => expect(normalizeId(id)).toBeUndefined(),
  );

  it('of 15 characters are case-sensitive: another case is another record', () => {
    expect(normalizeId('001AK000009bwkl')).toBe(`001AK000009bwkl${idSuffix('001AK000009bwkl')}`);
    expect(normalizeId('001AK000009bwkl')).not.toBe(normalizeId('001ak000009BWKL'));
  });

  it.each(['', '001', '001ak000009BWK!', '001ak000009BWKLAA44', '001ak000009BWKLA', '001RM000003oLrB000'])(
    'are malformed: %j',
    (id) => expect(normalizeId(id)).toBeUndefined(),
  );

  it('of new records ascend in string order and give their number back', () => {
    const ids = new MintedIds('a0BLo00');
    fc.assert(
      fc.property(counter, counter, (a, b) => {
        expect(ids.number(ids.id(a))).toBe(a);
        expect(normalizeId(ids.id(a))).toBe(ids.id(a));
        expect(ids.id(a) < ids.id(b)).toBe(a < b);
      }),
    );
  });

  it('are found by row and row by id, whether the counter gave them or a seed did', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.uniqueArray(counter, { maxLength: 3 })), { maxLength: 30 }),
        (plan) => {
          const column = new IdColumn('001Lo00', 0);
          const ids: string[] = [];
          for (const numbers of plan) {
            const seeds = (numbers ?? []).map((n) => new MintedIds('001Lo00').id(n));
            const added = numbers === null ? [column.mint()] : seeds.filter((id) => !ids.includes(id));
            for (const id of added) {
              column.push(id);
              ids.push(id);
            }
          }
          expect(ids.map((_, row) => column.id(row))).toEqual(ids);
          expect(ids.map((id) => column.row(id))).toEqual([...ids.keys()]);
          expect(column.row('001Lo00zzzzzzzzAAA')).toBeUndefined();
          if (column.isAscending) expect(ids).toEqual([...ids].sort());
        },
      ),
    );
  });
});
