import { appendFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { encodeLine } from '../../../src/lib/run/line.js';
import type { Journal } from '../../../src/lib/run/journal.js';
import type { JournalRecord } from '../../../src/lib/run/record.js';
import type { RunStore } from '../../../src/lib/run/store.js';
import { openLibrary, type Place } from '../library.ts';
import { exportSteps } from '../export-steps.ts';
import { loadWorkload, retriedLoadWorkload } from '../load-workload.ts';
import type { InnerMoment, JournalMoment } from './moments.ts';

/** What the process is told once it is up. What an earlier one has begun it takes to its end. */
export type Errand = {
  readonly workload: 'load' | 'retriedLoad' | 'export';
  readonly place: Place;
  /** Where it kills itself; without it the killing is left to others. */
  readonly moment?: InnerMoment;
};

/** What it tells when it has come to its end. */
export type Ending = { readonly journalWrites: number; readonly fileSteps: number };

process.once('message', (errand: Errand) => {
  void run(errand);
});

const workloads = { load: loadWorkload, retriedLoad: retriedLoadWorkload, export: exportSteps };

async function run({ workload, place, moment }: Errand): Promise<void> {
  const fileSteps = mortalFileSteps(moment);
  const library = openLibrary(place);
  const store = mortalStore(library.store, moment);
  const context = { ...library, store };
  const { start, resume } = workloads[workload];
  const [begun] = await store.list();
  if (begun === undefined || begun.records.length === 0) await start(context, place.folder);
  else if (begun.records.at(-1)?.type !== 'done') await resume(begun, context);
  await library.close();
  const ending: Ending = { journalWrites: store.writes, fileSteps: fileSteps.count };
  process.send?.(ending, () => process.disconnect());
}

/** From now on a file that gets or loses a name may be the last thing that the process does. */
function mortalFileSteps(moment: InnerMoment | undefined): { readonly count: number } {
  const steps = { count: 0 };
  const mortally = async (step: () => Promise<void>): Promise<void> => {
    steps.count += 1;
    const when = moment?.at === 'file' && moment.nth === steps.count ? moment.when : undefined;
    if (when === 'before') die();
    await step();
    if (when === 'after') die();
  };
  const { rename, link, rm } = files;
  files.rename = (...names) => mortally(() => rename(...names));
  files.link = (...names) => mortally(() => link(...names));
  files.rm = (...what) => mortally(() => rm(...what));
  syncBuiltinESMExports();
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
