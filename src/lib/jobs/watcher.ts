import type { JobInfo } from '../api/types.js';

/** Something strange that the org tells of a job. Waiting goes on. */
export type JobWarning = {
  /**
   * `unknownState`: it is in a state that is not documented, or in none. `backInOpen`: it was closed, and is Open again.
   * `notMoving`: neither its state nor its counters have changed for ten minutes.
   */
  readonly kind: 'unknownState' | 'backInOpen' | 'notMoving';
  readonly jobId: string;
  /** As the org gives it; undefined when it gives none. */
  readonly state: string | undefined;
};

/** Long enough for a job that waits its turn in a busy org, short enough to be worth a look at the org's setup. */
const notMovingAfterMs = 600_000;

const knownStates: ReadonlySet<string | undefined> = new Set([
  'Open',
  'UploadComplete',
  'InProgress',
  'JobComplete',
  'Failed',
  'Aborted',
]);

export type WatcherOptions = {
  readonly onWarning: (warning: JobWarning) => void;
  /** Whether the job has been closed, so that it can't be Open any more. */
  readonly isClosed: boolean;
};

/** Follows what the org tells of one job, and tells each kind of strange thing once. */
export class JobWatcher {
  readonly #options: WatcherOptions;
  readonly #told = new Set<JobWarning['kind']>();
  #standing = '';
  #movedAtMs = Date.now();

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  see(info: JobInfo): void {
    if (!knownStates.has(info.state)) this.#tell('unknownState', info);
    if (info.state === 'Open' && this.#options.isClosed) this.#tell('backInOpen', info);
    const standing = [info.state, info.numberRecordsProcessed, info.numberRecordsFailed, info.retries].join();
    if (standing !== this.#standing) this.#movedAtMs = Date.now();
    this.#standing = standing;
    if (Date.now() - this.#movedAtMs >= notMovingAfterMs) this.#tell('notMoving', info);
  }

  #tell(kind: JobWarning['kind'], { id: jobId, state }: JobInfo): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.#options.onWarning({ kind, jobId, state });
  }
}
