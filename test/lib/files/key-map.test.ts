import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdMap } from '../../../src/lib/files/id-map.js';
import { isAmbiguous, KeyMapWriter } from '../../../src/lib/files/key-map.js';
import { tempFolder } from '../../support/temp-folder.ts';

const words = fc.tuple(fc.nat(2), fc.nat(2), fc.nat(3));
const id = fc.tuple(fc.integer({ min: 1, max: 0xffff_ffff }), fc.nat(9), fc.nat(9));

test('a key gives the id of its only record, and says so where several records have it', async () => {
  const folder = await tempFolder();
  let nth = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(words, id), { maxLength: 60 }), words, async (entries, other) => {
      const path = join(folder, `map-${nth++}`);
      const writer = new KeyMapWriter(path);
      for (const [key, value] of entries) writer.add(Uint32Array.from(key), Uint32Array.from(value));
      await writer.finish();
      writer.close();
      const map = IdMap.open(path);
      for (const [key] of [...entries, [other] as const]) {
        const ids = entries.flatMap(([each, value]) => (String(each) === String(key) ? [value] : []));
        const found = map.get(Uint32Array.from(key));
        if (ids.length === 0) expect(found).toBeUndefined();
        else if (ids.length > 1) expect(found !== undefined && isAmbiguous(found)).toBe(true);
        else expect([...(found ?? [])]).toEqual(ids[0]);
      }
      map.close();
    }),
    { numRuns: 25 },
  );
});
