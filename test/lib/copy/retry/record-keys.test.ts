import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordKeys } from '../../../../src/lib/copy/retry/record-keys.js';
import { tempFolder } from '../../../support/temp-folder.ts';

const words = (number: number): Uint32Array => Uint32Array.of(number, 0, 0);
/** A record, its key, which is 0 where it has none, and whether a person may have changed it. */
const added = fc.tuple(fc.nat(5), fc.nat(4), fc.boolean());

test('a record clashes where its key was changed to what another one has at last, and is told where it has lost it', async () => {
  const path = join(await tempFolder(), 'keys');
  fc.assert(
    fc.property(fc.array(added, { maxLength: 12 }), (all) => {
      using keys = new RecordKeys(path);
      for (const [id, key, isEdited] of all)
        keys.add(words(id + 1), key === 0 ? undefined : words(key), isEdited);
      const lastOf = (id: number): readonly [number, boolean] => {
        const own = all.filter((each) => each[0] === id);
        const [, key = 0, isEdited = false] = own.at(-1) ?? [];
        return [key, isEdited && own.at(-2)?.[1] !== key];
      };
      const ids = [...new Set(all.map(([id]) => id))];
      const wanted = ids.filter((id) => {
        const [key, isChanged] = lastOf(id);
        return isChanged && key > 0 && ids.some((other) => other !== id && lastOf(other)[0] === key);
      });
      const wantedLost = ids.filter((id) => {
        const [key, isChanged] = lastOf(id);
        return isChanged && key === 0 && all.filter((each) => each[0] === id).length > 1;
      });
      const lost: number[] = [];
      const found: Array<readonly [number, number]> = [];
      for (const [id, other] of keys.clashes()) {
        if (other === undefined) lost.push(Number(id[0]) - 1);
        else found.push([Number(id[0]) - 1, Number(other[0]) - 1]);
      }
      expect(lost.toSorted()).toEqual(wantedLost.toSorted());
      expect(found.map(([id]) => id).toSorted()).toEqual(wanted.toSorted());
      for (const [id, other] of found)
        expect([other === id, lastOf(other)[0]]).toEqual([false, lastOf(id)[0]]);
    }),
  );
});
