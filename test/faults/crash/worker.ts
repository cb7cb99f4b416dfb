import { appendFileSync } from 'node:fs';
import { encodeLine } from '../../../src/lib/journal/line.js';
import type { Journal } from '../../../src/lib/journal/journal.js';
import type { JournalRecord } from '../../../src/lib/journal/record.js';
import type { RunStore } from '../../../src/lib/journal/store.js';
import { openLibrary, type Place } from '../library.ts';
import { exportSteps } from '../export-workload.ts';
import { loadWorkload } from '../load-workload.ts';
import type { JournalMoment } from './moments.ts';

/** What the process is told once it is up. What an earlier one has begun it takes to its end. */
export type Errand = {
  readonly workload: 'load' | 'export';
  readonly place: Place;
  /** Where it kills itself; without it the killing is left to others. */
  readonly moment?: JournalMoment;
};

/** What it tells when it has come to its end. */
export type Ending = { readonly journalWrites: number };

process.once('message', (errand: Errand) => {
  void run(errand);
});

async function run({ workload, place, moment }: Errand): Promise<void> {
  const library = openLibrary(place);
  const store = mortalStore(library.store, moment);
  const context = { ...library, store };
  const { start, resume } = workload === 'load' ? loadWorkload : exportSteps;
  const [begun] = await store.list();
  if (begun === undefined || begun.records.length === 0) await start(context, place.folder);
  else if (begun.records.at(-1)?.type !== 'done') await resume(begun, context);
  await library.close();
  process.send?.({ journalWrites: store.writes } satisfies Ending, () => process.disconnect());
}

/** A store whose journals end the process at one of their writes, as a power cut would. */
function mortalStore(store: RunStore, moment: JournalMoment | undefined): RunStore & { writes: number } {
  const mortal = {
    ...store,
    writes: 0,
    async open(runId: string): Promise<Journal> {
      const journal = await store.open(runId);
      let last: Promise<void> = Promise.resolve();
      const write = async (record: JournalRecord): Promise<void> => {
        mortal.writes += 1;
        await writeMortally(journal, record, mortal.writes === moment?.write ? moment.when : undefined);
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
