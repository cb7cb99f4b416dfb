import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../files/sync-folder.js';
import { decodeLines, encodeLine } from './line.js';
import { takeLock, type RunLock } from './lock.js';
import type { JournalRecord } from './record.js';

/** The append-only record of one run. */
export type Journal = {
  readonly path: string;
  /** What was there when the journal was opened; empty for a new one. */
  readonly replayed: readonly JournalRecord[];
  /**
   * Resolves when the record is on disk, or with the system where that is enough.
   * @throws LockLostError another process has taken the run over
   */
  append(record: JournalRecord): Promise<void>;
  /** Aborts when another process has taken the run over. */
  readonly lost: AbortSignal;
  /** Gives the run free for others. */
  close(): Promise<void>;
};

/** How a journal is kept. */
export type JournalOptions = {
  /**
   * Whether a record is on disk when `append` resolves. Otherwise the system has it, so that it outlives the process but
   * not the machine: enough where what is lost with it can be had again, as an export can. Default: true.
   */
  readonly syncs?: boolean;
};

/**
 * Opens a run's journal for this process alone, new or not. A torn last line is cut off.
 * @throws RunLockedError | JournalDamagedError | JournalVersionError
 */
export async function openJournal(path: string, { syncs = true }: JournalOptions = {}): Promise<Journal> {
  const lock = await takeLock(`${path}.lock`);
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'a+', 0o600);
    const text = await file.readFile('utf8');
    const { records, wholeBytes } = decodeLines(text, path);
    await file.truncate(wholeBytes);
    if (syncs && records.length === 0) await syncFolder(dirname(path));
    return journalOn(file, { path, lock, replayed: records, syncs });
  } catch (error) {
    await file?.close();
    await lock.release();
    throw error;
  }
}

type Opened = {
  readonly path: string;
  readonly lock: RunLock;
  readonly replayed: readonly JournalRecord[];
  readonly syncs: boolean;
};

function journalOn(file: FileHandle, { path, lock, replayed, syncs }: Opened): Journal {
  let last: Promise<void> = Promise.resolve();

  async function write(record: JournalRecord): Promise<void> {
    await lock.confirm();
    lock.lost.throwIfAborted();
    await file.appendFile(encodeLine(record));
    if (syncs) await file.datasync();
  }

  return {
    path,
    replayed,
    lost: lock.lost,
    append(record) {
      // Parts work side by side; their records must not interleave.
      last = last.then(() => write(record));
      return last;
    },
    async close() {
      await last.catch(() => undefined);
      await file.close();
      await lock.release();
    },
  };
}
