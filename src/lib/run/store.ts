import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.js';
import { gather } from '../parallel.js';
import { fileSize } from '../files/file-facts.js';
import { fileProblem } from '../files/file-problem.js';
import { makePrivateFolder } from '../files/folders.js';
import { beginningSuffix, noteBeginning } from './owner.js';
import { UnreadableJournalError } from './errors.js';
import { openJournal, type Journal, type JournalOptions } from './journal.js';
import { takeLock, type LockOptions, type LockTimes } from './lock.js';
import { pruneRuns } from './prune.js';
import { replayJournal } from './replay.js';
import type { FirstRecord, JournalRecord } from './record.js';

const suffix = '.journal';

/** Journals are read side by side, but not so many that a process may not open more files. */
const readAtOnce = 16;
/** In memory the records of a journal take several times as much. Larger ones are read one by one: those of thousands of jobs. */
const mostBytesBeside = 256 * 1024;

/** A run as its journal tells it, read without owning it. */
export type RunView = {
  readonly runId: string;
  readonly path: string;
  /** Empty when the journal cannot be read. */
  readonly records: readonly JournalRecord[];
  /** Why the journal cannot be read. */
  readonly damage?: Error;
};

/** Held by the only process that may begin a run of some kind. */
export type BeginningLock = {
  /** Lets others begin one. */
  release(): Promise<void>;
};

/** The folder of journals. `folder` is `bulk2/` under the CLI's state folder. */
export type RunStore = {
  readonly folder: string;
  /**
   * Makes room for a new run. Its journal does not exist before `open`.
   * @throws UsageError the folder can't be written to
   */
  begin(): Promise<string>;
  /**
   * Makes this process the only one that may begin a run of this kind.
   * @param kind what such runs have in common
   * @throws RunLockedError | PollingTimeoutError another process is about to begin one
   */
  lockBeginning(kind: string, options?: LockOptions): Promise<BeginningLock>;
  /**
   * Opens a run's journal, new or not.
   * @throws RunLockedError | PollingTimeoutError | JournalDamagedError | JournalVersionError
   */
  open(runId: string, options?: JournalOptions): Promise<Journal>;
  /** All runs, newest first. Takes memory for each: {@link each} doesn't. */
  list(): Promise<RunView[]>;
  /** One run after the other, newest first. */
  each(): AsyncIterable<RunView>;
  /** The run of an id; undefined when there is none. */
  find(runId: string): Promise<RunView | undefined>;
  /**
   * By any job id of the run, 15 or 18 characters.
   * @throws JournalDamagedError | JournalVersionError the run has that job, and its journal cannot be read
   */
  findByJobId(jobId: string): Promise<RunView | undefined>;
  /** A file of this run's own, such as a spool; removed with the run. */
  pathFor(runId: string, name: string): string;
  /** Removes a run's journal and files. */
  remove(runId: string): Promise<void>;
  /** Removes files of the run's own whose names begin like this. */
  removeFiles(runId: string, beginnings: readonly string[]): Promise<void>;
  /**
   * Removes finished runs that are older than 7 days, and what is left of runs that never began: at once where the
   * process that was about to is gone.
   */
  prune(now?: number): Promise<void>;
};

/**
 * The runs in a folder, which is made when the first one begins.
 * @param folder absolute
 * @param times of the locks, for tests that cannot wait
 */
export function runStore(folder: string, times?: LockTimes): RunStore {
  const runs = join(folder, 'runs');
  const journalPath = (runId: string): string => join(runs, `${runId}${suffix}`);
  const viewOf = (runId: string): Promise<RunView | undefined> => view(runId, journalPath(runId));
  const removeOf = async (runId: string, goes: (name: string) => boolean): Promise<void> => {
    const own = (await namesIn(runs)).filter((name) => name.startsWith(`${runId}.`) && goes(name));
    await Promise.all(own.map((name) => rm(join(runs, name), { force: true, recursive: true })));
  };

  /** Writes the first file of something, in folders that are made for it. */
  const beginIn = async <T>(write: () => Promise<T>): Promise<T> => {
    try {
      await makePrivateFolder(folder);
      await makePrivateFolder(runs);
      return await write();
    } catch (cause) {
      throw notWritable(runs, cause);
    }
  };

  const store: RunStore = {
    folder,
    begin() {
      return beginIn(async () => {
        const runId = newRunId(await namesIn(runs));
        await noteBeginning(store.pathFor(runId, beginningSuffix));
        return runId;
      });
    },
    lockBeginning(kind, options) {
      const name = createHash('sha256').update(kind).digest('hex').slice(0, 32);
      return beginIn(() => takeLock(join(runs, `begin-${name}.lock`), { times, ...options }));
    },
    async open(runId, options) {
      const journal = await openJournal(journalPath(runId), { times, ...options });
      await rm(store.pathFor(runId, beginningSuffix), { force: true });
      return journal;
    },
    list: () => gather(store.each()),
    each: () => eachRun(runs, viewOf),
    find: (runId) => viewOf(runId),
    async findByJobId(jobId) {
      const wanted = jobId.slice(0, 15);
      for await (const run of store.each()) {
        if (jobIdsOf(run.records).some((id) => id.slice(0, 15) === wanted)) return run;
        if (run.damage !== undefined && (await mentions(run.path, wanted))) throw run.damage;
      }
      return undefined;
    },
    pathFor: (runId, name) => join(runs, `${runId}.${name}`),
    remove: (runId) => removeOf(runId, () => true),
    removeFiles: (runId, beginnings) =>
      removeOf(runId, (name) => beginnings.some((beginning) => name.startsWith(`${runId}.${beginning}`))),
    async prune(now = Date.now()) {
      await pruneRuns({ folder: runs, names: await namesIn(runs), store, now });
    },
  };
  return store;
}

async function* eachRun(
  folder: string,
  viewOf: (runId: string) => Promise<RunView | undefined>,
): AsyncGenerator<RunView> {
  const journals = (await namesIn(folder)).filter((name) => name.endsWith(suffix)).sort();
  const runIds = journals.map((name) => name.slice(0, -suffix.length)).reverse();
  for (let from = 0; from < runIds.length; from += readAtOnce) {
    const some = runIds.slice(from, from + readAtOnce);
    const sizes = await Promise.all(some.map((runId) => fileSize(join(folder, `${runId}${suffix}`))));
    if (Math.max(...sizes) <= mostBytesBeside) {
      const views = await Promise.all(some.map(viewOf));
      yield* views.filter((run) => run !== undefined);
      continue;
    }
    for (const runId of some) {
      const run = await viewOf(runId);
      if (run !== undefined) yield run;
    }
  }
}

/** Nothing begins without a journal: it could not be resumed. */
function notWritable(folder: string, cause: unknown): unknown {
  const problem = fileProblem(cause);
  if (problem === undefined) return cause;
  return new UsageError(`Can't write to ${folder}, where unfinished work is kept: ${problem}.`, {
    cause,
    actions: ['Make room there, or make it writable.'],
    data: { folder },
  });
}

/** A folder that is not there yet is empty; one that cannot be read is not taken for empty. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Whether a journal that cannot be read has a job's id in it. */
async function mentions(path: string, jobId: string): Promise<boolean> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  return jobId.length === 15 && bytes.includes(jobId);
}

/** @returns undefined when there is no such journal, or not any more */
async function view(runId: string, path: string): Promise<RunView | undefined> {
  try {
    return { runId, path, records: replayJournal(await readFile(path, 'utf8'), path).records };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return { runId, path, records: [], damage: error as Error };
  }
}

/** What a run began as, also where its journal can't be read any further. */
export function beginningOf({ records: [first], damage }: RunView): FirstRecord | undefined {
  if (first !== undefined) return 'org' in first ? first : undefined;
  return damage instanceof UnreadableJournalError ? damage.first : undefined;
}

/** Whether a run has come to its end, with results or without: there is nothing left to resume. */
export function isFinished(records: readonly JournalRecord[]): boolean {
  return endOf(records) !== undefined;
}

/** The record that a run ends with; undefined for one that has not finished, or goes on in a further round of a copy. */
export function endOf(records: readonly JournalRecord[]): EndRecord | undefined {
  const last = records.findLast((record) => record.type === 'done' || record.type === 'round');
  return last?.type === 'done' ? last : undefined;
}

/** The copy that a run is a part of, which resumes it; undefined for a run of its own. */
export function copyOf({ records: [first] }: Pick<RunView, 'records'>): string | undefined {
  return first?.type === 'load' || first?.type === 'export' ? first.plan.ofCopy : undefined;
}

type EndRecord = Extract<JournalRecord, { type: 'done' }>;

export function jobIdsOf(records: readonly JournalRecord[]): string[] {
  return records.flatMap((record) => (record.type === 'created' ? [record.jobId] : []));
}

/** What a person names a run by: its first job, or its own id where it has none. */
export function nameOfRun({ runId, records }: Pick<RunView, 'runId' | 'records'>): string {
  return jobIdsOf(records)[0] ?? runId;
}

/** Whether a text is the id of a run: `20260131T080000123Z-a1b2c3`. Runs without a job are named by it. */
export function isRunId(text: string): boolean {
  return /^\d{8}T\d{9}Z-[0-9a-f]{6}$/.test(text);
}

/**
 * Sorts by time of start. Which run began before another one decides what may be sent, so that a clock that was set back changes no
 * order: the time is behind that of each run that is there.
 * @param names of the files of all runs
 */
function newRunId(names: readonly string[]): string {
  const ids = names.map((name) => name.slice(0, name.indexOf('.'))).filter(isRunId);
  const last = ids.reduce((latest, id) => Math.max(latest, timeOf(id)), 0);
  const time = new Date(Math.max(Date.now(), last + 1)).toISOString().replace(/[-:.]/g, '');
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/** Milliseconds since 1970; 0 for what is no time. */
function timeOf(runId: string): number {
  const iso = runId.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\d)(\d{3}Z).*$/, '$1-$2-$3:$4:$5.$6');
  const time = Date.parse(iso);
  return Number.isNaN(time) || iso.startsWith('9999') ? 0 : time;
}
