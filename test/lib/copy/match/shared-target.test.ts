import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sharedTarget } from '../../../../src/lib/copy/match/shared-target.js';
import { tempFolder } from '../../../support/temp-folder.ts';

/** A source, and its target; 0 stands for none. */
const entry = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.nat(6));

test('two sources of one target are found where one of them is looked at, whatever the others are', async () => {
  const path = join(await tempFolder(), 'targets');
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), fc.array(entry, { maxLength: 8 }), (own, others) => {
      const isShared = own.some(([source, target]) =>
        [...own, ...others].some((each) => target > 0 && each[1] === target && each[0] !== source),
      );
      const words = (entries: ReadonlyArray<readonly [number, number]>): Uint32Array[] =>
        entries.map(([source, target]) => Uint32Array.of(source, 0, 0, target, 0, 0));
      const found = sharedTarget(words(own), path, words(others));
      expect(found !== undefined).toBe(isShared);
      expect(new Set(found?.sources ?? []).size).toBe(isShared ? 2 : 0);
    }),
  );
});
