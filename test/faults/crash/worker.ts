import { appendFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { encodeLine } from '../../../src/lib/run/line.js';
import type { Journal } from '../../../src/lib/run/journal.js';
import type { JournalRecord } from '../../../src/lib/run/record.js';
import type { RunStore } from '../../../src/lib/run/store.js';
import { changeWorkloads } from '../change-workload.ts';
import { copyRetryWorkload, copyWorkload, matchedCopyWorkload } from '../copy-workload.ts';
import { openLibrary, type Place } from '../library.ts';
import { exportSteps } from '../export-steps.ts';
import { jobRetryWorkload } from '../job-retry-workload.ts';
import {
  loadAgainWorkload,
  loadWorkload,
  refusedLoadWorkload,
  retriedLoadWorkload,
} from '../load-workload.ts';
import { updateByKeyWorkload } from '../update-by-key-workload.ts';
import type { Workload } from '../workload.ts';
import type { InnerMoment, JournalMoment } from './moments.ts';

/** What the process is told once it is up. What an earlier one has begun it takes to its end. */
export type Errand = {
  readonly workload:
    | 'load'
    | 'loadAgain'
    | 'retriedLoad'
    | 'refusedLoad'
    | 'jobRetry'
    | 'updateByKey'
    | 'export'
    | 'copy'
    | 'matchedCopy'
    | 'copyRetry'
    | keyof typeof changeWorkloads;
  readonly place: Place;
  /** Where it kills itself; without it the killing is left to others. */
  readonly moment?: InnerMoment;
};

/** What it tells when it has come to its end. */
export type Ending = { readonly journalWrites: number; readonly fileSteps: number };

process.once('message', (errand: Errand) => {
  void run(errand);
});

const workloads: Record<Errand['workload'], Pick<Workload, 'start' | 'resume' | 'isOwn'>> = {
  load: loadWorkload,
  loadAgain: loadAgainWorkload,
  retriedLoad: retriedLoadWorkload,
  jobRetry: jobRetryWorkload,
  refusedLoad: refusedLoadWorkload,
  updateByKey: updateByKeyWorkload,
  export: exportSteps,
  copy: copyWorkload,
  matchedCopy: matchedCopyWorkload,
  copyRetry: copyRetryWorkload,
  ...changeWorkloads,
};

async function run({ workload, place, moment }: Errand): Promise<void> {
  const fileSteps = await mortalFileSteps(moment);
  const library = openLibrary(place);
  const store = mortalStore(library.store, moment);
  const context = { ...library, store };
  const { start, resume, isOwn = () => true } = workloads[workload];
  const begun = (await store.list()).find(isOwn);
  if (begun === undefined || begun.records.length === 0) await start(context, place.folder);
  else if (begun.records.at(-1)?.type !== 'done') await resume(begun, context);
  await library.close();
  const ending: Ending = { journalWrites: store.writes, fileSteps: fileSteps.count };
  process.send?.(ending, () => process.disconnect());
}

/** From now on a file that gets or loses a name, or bytes, may be the last thing that the process does. */
async function mortalFileSteps(moment: InnerMoment | undefined): Promise<{ readonly count: number }> {
  const steps = { count: 0 };
  const mortally = async <T>(step: () => Promise<T>): Promise<T> => {
    steps.count += 1;
    const when = moment?.at === 'file' && moment.nth === steps.count ? moment.when : undefined;
    if (when === 'before') die();
    const done = await step();
    if (when === 'after') die();
    return done;
  };
  const { rename, link, rm, copyFile } = files;
  files.rename = (...names) => mortally(() => rename(...names));
  files.link = (...names) => mortally(() => link(...names));
  files.rm = (...what) => mortally(() => rm(...what));
  files.copyFile = (...names) => mortally(() => copyFile(...names));
  syncBuiltinESMExports();
  const handle = await files.open(process.execPath);
  const prototype = Object.getPrototypeOf(handle) as Record<string, (...args: unknown[]) => Promise<unknown>>;
  await handle.close();
  for (const name of ['writev', 'appendFile', 'truncate']) {
    const write = prototype[name];
    prototype[name] = function (this: unknown, ...args) {
      return mortally(() => write?.apply(this, args) ?? Promise.resolve());
    };
  }
  return steps;
}

/** A store whose journals end the process at one of their writes, as a power cut would. */
function mortalStore(store: RunStore, moment: InnerMoment | undefined): RunStore & { writes: number } {
  const mortal = {
    ...store,
    writes: 0,
    async open(runId: string): Promise<Journal> {
      const journal = await store.open(runId);
      let last: Promise<void> = Promise.resolve();
      const write = async (record: JournalRecord): Promise<void> => {
        mortal.writes += 1;
        const isTheOne = moment?.at === 'journal' && moment.write === mortal.writes;
        await writeMortally(journal, record, isTheOne ? moment.when : undefined);
      };
      return {
        ...journal,
        append(record) {
          last = last.then(() => write(record));
          return last;
        },
      };
    },
  };
  return mortal;
}

async function writeMortally(
  journal: Journal,
  record: JournalRecord,
  when: JournalMoment['when'] | undefined,
): Promise<void> {
  if (when === 'before') die();
  if (when === 'torn') {
    const line = encodeLine(record);
    appendFileSync(journal.path, line.slice(0, line.length / 2));
    die();
  }
  await journal.append(record);
  if (when === 'after') die();
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
