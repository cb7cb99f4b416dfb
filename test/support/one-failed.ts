import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { startOrg, type Org } from '../../local-org/index.ts';
import { Events } from '../../src/lib/events.js';
import { runLoad, startLoad } from '../../src/lib/load/load.js';
import type { LoadEvents } from '../../src/lib/load/model/events.js';
import type { LoadRequest } from '../../src/lib/load/model/request.js';
import { planLoad } from '../../src/lib/load/plan/plan.js';
import { planRetryOf, type MovedFiles } from '../../src/lib/load/retry-load.js';
import { openLibrary, placeOf } from '../faults/library.ts';
import { insertRequest } from './insert-request.ts';
import { tempFolder } from './temp-folder.ts';

const options = { wait: 'end', events: new Events<LoadEvents>() } as const;

/** An insert of which one row has failed that would be saved now, and what can be done with its file of failed rows. */
export async function oneFailed(header = 'Name', fault: Partial<Parameters<Org['faults']['add']>[0]> = {}) {
  const org = await startOrg();
  const folder = await tempFolder();
  const library = openLibrary(placeOf(org, folder));
  const lock = { kind: 'lock-rows', column: 'Name', values: ['Bob'], tries: 1 } as const;
  await org.faults.add({ endpoint: 'ingest.process', count: 'always', action: lock, ...fault });
  const path = join(folder, 'a.csv');
  const row = (name: string): string =>
    `${header.replace('Name', name).replace('External_Id__c', `${name}-1`)}\n`;
  await writeFile(path, `${header}\n${row('Ada')}${row('Bob')}`);
  const { files } = await runLoad(
    await planLoad(insertRequest(path, folder), library, options.events),
    options,
    library,
  );
  const [run] = await library.store.list();
  const failed = files?.failed ?? '';
  return {
    library,
    failed,
    input: path,
    unprocessed: files?.unprocessed ?? '',
    /** From now on the row fails once more. */
    failAgain: () => org.faults.add({ endpoint: 'ingest.process', count: 'always', action: lock }),
    /** Changes the failed row in its file. */
    fix: async (to = 'Bobby') =>
      writeFile(failed, (await readFile(failed, 'utf8')).replace(/Bob\w*\n$/, `${to}\n`)),
    /** A copy in another folder, under a name of its own or that of the failed file. */
    copied: async (name = basename(failed)): Promise<string> => {
      const to = join(folder, 'elsewhere', name);
      await mkdir(join(folder, 'elsewhere'), { recursive: true });
      await copyFile(failed, to);
      return to;
    },
    planInsert: async (from: string, more: Partial<LoadRequest> = {}) => {
      const request = { ...insertRequest(from, folder), preflight: false, ...more };
      return planLoad(request, library, options.events);
    },
    /** A retry of the load, or of the last one that has begun. */
    planRetry: async (moved: MovedFiles = {}, of: 'load' | 'last' = 'load') => {
      const describeOf = () => Promise.resolve(undefined);
      const [last] = await library.store.list();
      return (await planRetryOf(of === 'last' ? last! : run!, { describeOf, moved }, library))!;
    },
    start: (planned: Awaited<ReturnType<typeof planLoad>>) => startLoad(planned, options, library),
    runs: async () => (await library.store.list()).length,
    names: async () => (await org.records('Account')).map(({ Name }) => String(Name)).sort(),
    async [Symbol.asyncDispose]() {
      await library.close();
      await org.stop();
    },
  };
}

export type OneFailed = Awaited<ReturnType<typeof oneFailed>>;
