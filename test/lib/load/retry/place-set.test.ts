import { expect, test } from 'vitest';
import { PlaceSet } from '../../../../src/lib/load/retry/place-set.js';

test('a place is new once, in each file', () => {
  const set = new PlaceSet();
  for (const row of [1, 7, 8, 9, 65_535, 65_536, 4_294_967_295]) {
    for (const file of ['a.csv', 'b.csv']) {
      expect(set.has({ file, row }), `${file} ${row}`).toBe(false);
      expect(set.add({ file, row }), `${file} ${row}`).toBe(true);
      expect(set.has({ file, row }), `${file} ${row}`).toBe(true);
      expect(set.add({ file, row }), `${file} ${row}`).toBe(false);
    }
  }
});
