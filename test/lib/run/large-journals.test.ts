import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runStore } from '../../../src/lib/run/store.js';
import { tempFolder } from '../../support/temp-folder.ts';

test('runs come newest first, each once, whatever the size of their journals', async () => {
  const store = runStore(await tempFolder());
  const begun = await store.begin();
  const nameOf = (index: number) => `20260131T0800${String(index).padStart(2, '0')}123Z-a1b2c3`;
  const names = Array.from({ length: 40 }, (_, index) => nameOf(index));
  // Whether they can be read makes no difference: those that can't are told of, too.
  for (const [index, name] of names.entries()) {
    const bytes = index === 20 ? 300 * 1024 : 10;
    await writeFile(join(store.folder, 'runs', `${name}.journal`), 'x'.repeat(bytes));
  }
  const found: string[] = [];
  for await (const { runId } of store.each()) found.push(runId);
  expect(found).toEqual(names.toReversed());
  expect(found).not.toContain(begun);
});
