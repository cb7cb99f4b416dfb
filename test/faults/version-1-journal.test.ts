import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { encodeLine } from '../../src/lib/run/line.js';
import { replayJournal } from '../../src/lib/run/replay.js';
import type { RunStore } from '../../src/lib/run/store.js';
import { startOrg } from '../../local-org/index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openLibrary, placeOf } from './library.ts';
import { loadWorkload } from './load-workload.ts';

test.each([2, 6, 11, 16, 24])(
  'a load whose journal is of version 1 is resumed from its line %i on',
  async (lines) => {
    const folder = await tempFolder();
    await using org = await startOrg(loadWorkload.orgOptions);
    await loadWorkload.prepare(folder, org);
    const library = openLibrary(placeOf(org, folder));
    const mortal = { ...library, store: storeThatFailsBehind(lines, library.store) };
    await expect(loadWorkload.start(mortal, folder)).rejects.toThrow('no more lines');
    const [run] = await library.store.list();
    const { records } = replayJournal(await readFile(run!.path, 'utf8'), run!.path);
    const old = records.map((record) =>
      encodeLine(record.type === 'load' ? { ...record, version: 1 } : record),
    );
    await writeFile(run!.path, old.join(''));
    await loadWorkload.resume((await library.store.list())[0]!, library);
    expect(await loadWorkload.problems(org, folder)).toEqual([]);
    await library.close();
  },
);

/** A store whose journals take so many lines. */
function storeThatFailsBehind(lines: number, store: RunStore): RunStore {
  return {
    ...store,
    async open(...args) {
      const journal = await store.open(...args);
      let written = 0;
      return {
        ...journal,
        async append(record) {
          written += 1;
          if (written > lines) throw new Error('no more lines');
          await journal.append(record);
        },
      };
    },
  };
}
