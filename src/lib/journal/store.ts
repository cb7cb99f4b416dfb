import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeLines } from './line.js';
import { openJournal, type Journal } from './journal.js';
import type { JournalRecord } from './record.js';

/** The service forgets finished jobs after 7 days (limits: job retention); so do we. */
const keptForMs = 7 * 24 * 60 * 60 * 1000;

const suffix = '.journal';

/** A run as its journal tells it, read without owning it. */
export type RunView = {
  readonly runId: string;
  readonly path: string;
  /** Empty when the journal cannot be read. */
  readonly records: readonly JournalRecord[];
  /** Why the journal cannot be read. */
  readonly damage?: Error;
};

/** The folder of journals. `folder` is `bulk2/` under the CLI's state folder. */
export type RunStore = {
  readonly folder: string;
  /** Starts a new run. */
  create(): Promise<{ readonly runId: string; readonly journal: Journal }>;
  open(runId: string): Promise<Journal>;
  /** Newest first. */
  list(): Promise<RunView[]>;
  /**
   * By any job id of the run, 15 or 18 characters.
   * @throws JournalDamagedError | JournalVersionError the run has that job, and its journal cannot be read
   */
  findByJobId(jobId: string): Promise<RunView | undefined>;
  /** A file of this run's own, such as a spool; removed with the run. */
  pathFor(runId: string, name: string): string;
  remove(runId: string): Promise<void>;
  /** Removes the runs that the service has forgotten. */
  prune(now?: number): Promise<void>;
};

export function runStore(folder: string): RunStore {
  const runs = join(folder, 'runs');
  const journalPath = (runId: string): string => join(runs, `${runId}${suffix}`);

  const store: RunStore = {
    folder,
    async create() {
      await mkdir(runs, { recursive: true, mode: 0o700 });
      const runId = newRunId();
      return { runId, journal: await openJournal(journalPath(runId)) };
    },
    open: (runId) => openJournal(journalPath(runId)),
    async list() {
      const names = await readdir(runs).catch(() => []);
      const runIds = names
        .filter((name) => name.endsWith(suffix))
        .map((name) => name.slice(0, -suffix.length));
      return Promise.all(
        runIds
          .sort()
          .reverse()
          .map((runId) => view(runId, journalPath(runId))),
      );
    },
    async findByJobId(jobId) {
      const wanted = jobId.slice(0, 15);
      return (await store.list()).find(({ records }) =>
        jobIdsOf(records).some((id) => id.slice(0, 15) === wanted),
      );
    },
    pathFor: (runId, name) => join(runs, `${runId}.${name}`),
    async remove(runId) {
      const names = await readdir(runs).catch(() => []);
      const own = names.filter((name) => name.startsWith(`${runId}.`));
      await Promise.all(own.map((name) => rm(join(runs, name), { force: true, recursive: true })));
    },
    async prune(now = Date.now()) {
      for (const { runId, path } of await store.list()) {
        const { mtimeMs } = await stat(path);
        if (now - mtimeMs > keptForMs) await store.remove(runId);
      }
    },
  };
  return store;
}

async function view(runId: string, path: string): Promise<RunView> {
  try {
    return { runId, path, records: decodeLines(await readFile(path, 'utf8'), path).records };
  } catch (error) {
    return { runId, path, records: [], damage: error as Error };
  }
}

export function jobIdsOf(records: readonly JournalRecord[]): string[] {
  return records.flatMap((record) => (record.type === 'created' ? [record.jobId] : []));
}

/** Sorts by time of start. */
function newRunId(): string {
  const time = new Date().toISOString().replace(/[-:.]/g, '');
  return `${time}-${randomBytes(3).toString('hex')}`;
}
