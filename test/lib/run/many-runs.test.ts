import { execFile } from 'node:child_process';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runStore, type RunStore } from '../../../src/lib/run/store.js';
import { exportRecord } from '../../support/journal-records.ts';
import { needing } from '../../support/systems.ts';
import { tempFolder } from '../../support/temp-folder.ts';

async function newRun(store: RunStore): Promise<string> {
  const runId = await store.begin();
  const journal = await store.open(runId);
  await journal.append(exportRecord());
  await journal.close();
  return runId;
}

test('a run that another process removes meanwhile is not listed as one that can’t be read', async () => {
  const store = runStore(join(await tempFolder(), 'bulk2'));
  const gone = await newRun(store);
  const kept = await newRun(store);
  await symlink(join(store.folder, 'nowhere'), join(store.folder, 'runs', `${gone}-.journal`));
  await store.remove(gone);
  expect((await store.list()).map(({ runId, damage }) => [runId, damage])).toEqual([[kept, undefined]]);
});

needing('a POSIX shell')(
  'runs are read where a process may open few files, however many there are',
  async () => {
    const store = runStore(join(await tempFolder(), 'bulk2'));
    const runId = await newRun(store);
    const text = await readFile(join(store.folder, 'runs', `${runId}.journal`));
    for (let run = 0; run < 400; run++) {
      const name = `${runId.slice(0, -6)}${run.toString(16).padStart(6, '0')}.journal`;
      await writeFile(join(store.folder, 'runs', name), text);
    }
    const { length } = await store.list();
    const script = `
    import { runStore } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../lib/lib/run/store.js')).href)};
    const runs = await runStore(${JSON.stringify(store.folder)}).list();
    console.log(runs.length, runs.filter(({ damage }) => damage !== undefined).length);`;
    const limited = ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, '--input-type=module', '--eval'];
    const { stdout } = await promisify(execFile)('sh', [...limited, script]);
    expect(stdout.trim()).toBe(`${length} 0`);
  },
);
