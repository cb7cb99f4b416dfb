import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { Journal } from '../../../src/lib/run/journal.js';
import type { LockTimes } from '../../../src/lib/run/lock.js';
import type { JournalRecord } from '../../../src/lib/run/record.js';
import type { RunStore } from '../../../src/lib/run/store.js';
import { openLibrary, type Place } from '../library.ts';
import { loadWorkload } from '../load-workload.ts';

/** What one of two processes that work on the same load is told. */
export type RivalErrand = {
  readonly place: Place;
  readonly lockTimes: LockTimes;
  /** It says of itself that it is in a PID namespace of its own: others can't see whether it lives. */
  readonly isApart?: boolean;
  /** How far its clock is ahead of the other's. */
  readonly clockAheadMs?: number;
  /** Where it stops itself, until somebody lets it go on. */
  readonly stopsAt?: { readonly write: number; readonly when: 'before' | 'after' };
  /** Which process it lets go on, behind so many journal writes of its own. */
  readonly wakes?: { readonly pid: number; readonly write: number };
};

/** What it tells when it has come to its end: the name of the error, if there was one. */
export type RivalEnding = { readonly error?: string };

process.once('message', (errand: RivalErrand) => {
  void work(errand)
    .then(
      (): RivalEnding => ({}),
      (error: unknown): RivalEnding => ({ error: (error as Error).name }),
    )
    .then((ending) => process.send?.(ending, () => process.disconnect()));
});

async function work(errand: RivalErrand): Promise<void> {
  setClock(errand.clockAheadMs ?? 0);
  if (errand.isApart === true) moveApart();
  const library = openLibrary(errand.place, { lockTimes: errand.lockTimes });
  try {
    const context = { ...library, store: storeOf(library.store, errand) };
    const [begun] = await library.store.list();
    if (begun === undefined) await loadWorkload.start(context, errand.place.folder);
    else await loadWorkload.resume(begun, context);
  } finally {
    await library.close();
  }
}

function setClock(aheadMs: number): void {
  if (aheadMs === 0) return;
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...args: [] | [string | number | Date]) {
      super(args.length === 0 ? RealDate.now() + aheadMs : args[0]);
    }
    static override now(): number {
      return RealDate.now() + aheadMs;
    }
  } as DateConstructor;
}

function moveApart(): void {
  const { readlink } = files;
  files.readlink = ((path: string) =>
    path === '/proc/self/ns/pid' ? Promise.resolve('pid:[1]') : readlink(path)) as typeof readlink;
  syncBuiltinESMExports();
}

function storeOf(store: RunStore, { stopsAt, wakes }: RivalErrand): RunStore {
  let writes = 0;
  const writeTo = async (journal: Journal, record: JournalRecord): Promise<void> => {
    writes += 1;
    const isTheOne = stopsAt?.write === writes;
    if (isTheOne && stopsAt.when === 'before') process.kill(process.pid, 'SIGSTOP');
    await journal.append(record);
    if (isTheOne && stopsAt.when === 'after') process.kill(process.pid, 'SIGSTOP');
    if (wakes?.write === writes) process.kill(wakes.pid, 'SIGCONT');
  };
  return {
    ...store,
    async open(...args) {
      const journal = await store.open(...args);
      let last: Promise<void> = Promise.resolve();
      return {
        ...journal,
        append(record) {
          last = last.then(() => writeTo(journal, record));
          return last;
        },
      };
    },
  };
}
