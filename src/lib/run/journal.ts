import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../errors.js';
import { fileProblem } from '../files/file-problem.js';
import { fileSize } from '../files/file-facts.js';
import { syncFolder } from '../files/replace-file.js';
import { JournalWriteError } from './errors.js';
import { encodeLine, type LineRecord } from './line.js';
import { takeLock, type LockOptions, type RunLock } from './lock.js';
import { journalVersion, type JournalRecord } from './record.js';
import { replayJournal, type Replay } from './replay.js';

/** The append-only record of one run. */
export type Journal = {
  readonly path: string;
  /** This process, as long as it holds the run. */
  readonly owner: JournalOwner;
  /** What was there when the journal was opened; empty for a new one. */
  readonly replayed: readonly JournalRecord[];
  /** Lines that were left out of `replayed`: their owner had lost the run to another process. */
  readonly skippedLines: number;
  /**
   * Resolves when the record is on disk, or with the system where that is enough, and the run is still this process's:
   * only then may it act on it.
   * @throws LockLostError another process has taken the run over
   */
  append(record: JournalRecord): Promise<void>;
  /**
   * Makes sure that the run is still this process's, before files change that another owner would write too.
   * @throws LockLostError another process has taken the run over
   */
  confirm(): Promise<void>;
  /** Aborts when another process has taken the run over. */
  readonly lost: AbortSignal;
  /** Gives the run free for others. */
  close(): Promise<void>;
};

/** Whoever holds a run. */
export type JournalOwner = {
  /** Of this one opening of the journal. */
  readonly token: string;
  /** Tokens of the owners that the run was taken from without their giving it back, the last one last. */
  readonly displaced: readonly string[];
};

/** How a journal is kept, and what happens when another process may own it. */
export type JournalOptions = LockOptions & {
  /**
   * Whether a record is on disk when `append` resolves. Otherwise the system has it, so that it outlives the process but
   * not the machine: enough where what is lost with it can be had again, as an export can. Default: true.
   */
  readonly syncs?: boolean;
};

/**
 * Opens a run's journal for this process alone, new or not. A torn last line is cut off.
 * @throws RunLockedError | PollingTimeoutError | JournalDamagedError | JournalVersionError
 * @throws JournalWriteError the file system does not let it; UsageError where the run has no journal yet
 */
export async function openJournal(path: string, options: JournalOptions = {}): Promise<Journal> {
  const { syncs = true } = options;
  const lock = await writing(path, () => takeLock(`${path}.lock`, options)).catch(async (error: unknown) => {
    // A run without a journal has sent nothing.
    const isUnbegun = error instanceof JournalWriteError && (await fileSize(path)) <= 0;
    throw isUnbegun ? new UsageError(error.message, error) : error;
  });
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'a+', 0o600);
    // Only after the lock was taken: what a former owner writes later, it does not act on.
    const text = await file.readFile('utf8');
    const replay = replayJournal(text, path);
    if (replay.wholeBytes < Buffer.byteLength(text)) await file.truncate(replay.wholeBytes);
    if (syncs && replay.lastLine === 0) await syncFolder(dirname(path));
    return journalOn(file, { path, lock, replay, syncs });
  } catch (error) {
    await file?.close();
    await lock.release();
    throw error;
  }
}

/** Says which journal it is that can't be written. @throws JournalWriteError */
async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const problem = fileProblem(cause);
    if (problem === undefined) throw cause;
    throw new JournalWriteError(`Can't write the journal ${path}: ${problem}.`, {
      cause,
      actions: ['Make room for it, or make it writable, and try again.'],
      data: { path },
    });
  }
}

type Opened = {
  readonly path: string;
  readonly lock: RunLock;
  readonly replay: Replay;
  readonly syncs: boolean;
};

function journalOn(file: FileHandle, { path, lock, replay, syncs }: Opened): Journal {
  const numbered = lineNumbering(lock, replay.lastLine);
  let last: Promise<void> = Promise.resolve();

  async function write(record: JournalRecord): Promise<void> {
    await lock.confirm();
    await writing(path, async () => {
      await file.appendFile(numbered(record));
      if (syncs) await file.datasync();
    });
    // One that took the run over meanwhile has read the journal with this record, or this process learns of it here.
    await lock.confirm();
  }

  return {
    path,
    owner: lock.owner,
    replayed: replay.records,
    skippedLines: replay.skippedLines,
    lost: lock.lost,
    confirm: () => lock.confirm(),
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

/** Encodes the lines of one owner. Its first one, unless it begins the journal, comes with a record of the takeover. */
function lineNumbering({ owner }: RunLock, lastLine: number): (record: JournalRecord) => string {
  let n = lastLine;
  const encode = (record: LineRecord): string => encodeLine(record, { n: (n += 1), by: owner.token });
  const { host, pid, displaced } = owner;
  return (record) => {
    if (n !== lastLine || n === 0) return encode(record);
    const at = new Date().toISOString();
    return encode({ type: 'takeover', version: journalVersion, at, host, pid, displaced }) + encode(record);
  };
}
