import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeptReader, KeptWriter } from '../../../../src/lib/load/plan/kept-cells.js';
import { tempFolder } from '../../../support/temp-folder.ts';

test('what was kept of each row comes back, in any order', async () => {
  const folder = await tempFolder();
  let nth = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string(), fc.nat({ max: 200_000 })), { minLength: 1, maxLength: 20 }),
      (texts) => {
        const cells = texts.map(([text, length]) => text.padEnd(length, `${text}€`));
        const path = join(folder, `kept-${(nth += 1)}`);
        const writer = new KeptWriter(path);
        for (const each of cells) writer.add(Buffer.from(each));
        writer.close();
        using reader = new KeptReader(path);
        for (const row of [...cells.keys(), ...[...cells.keys()].reverse()])
          expect(reader.read(row + 1).toString()).toBe(cells[row]);
      },
    ),
    { numRuns: 12 },
  );
});
