/** What a command is at. */
export type Stage =
  'checking' | 'uploading' | 'processing' | 'collecting' | 'waiting' | 'downloading' | 'changing';

/** So much of so much; without a total while that is not known. */
export type Amount = { readonly done: number; readonly total?: number };

/** What the bar of a stage measures. */
export type Unit = 'bytes' | 'rows';

/** How far the work is at some moment; the same totals for a terminal, a log and a script. */
export type ProgressTotals = {
  readonly stage: Stage;
  readonly unit: Unit;
  /** Bytes of the input that were checked or uploaded. */
  readonly bytes: Amount;
  /** Rows that the org has processed, or records that have arrived. */
  readonly rows: Amount;
  readonly failedRows: number;
  /** Jobs by the state that the org told last; `done` counts those that have ended. */
  readonly jobs: JobCounts;
  /** 0 while no retry has begun. */
  readonly retry: number;
  readonly elapsedMs: number;
  /** Of the stage's unit, between the stage's first news and its latest; absent before, and once news are overdue. */
  readonly perSecond?: number;
  /** Until the stage ends at this rate, counting down between news; absent without a rate or a total. */
  readonly remainingMs?: number;
};

export type JobCounts = {
  readonly done: number;
  /** Those included that are still to come. */
  readonly total: number;
  readonly created: number;
  /** Closed jobs that the org hasn't been asked for since: it may work on them, or have finished them. */
  readonly unasked: number;
  readonly byState: Readonly<Record<string, number>>;
};

/** Without figures the org has not been asked for the job. */
type JobTotals = { readonly state: string; readonly processed?: number; readonly failed?: number };

const endedStates = ['JobComplete', 'Failed', 'Aborted'];
/** A rate over less time than this says nothing. */
const leastMs = 1_000;
/** News are overdue after so many times the longest wait for news so far, and not before so long. */
const overdueAfter = { waits: 3, ms: 5_000 };

/** When how much of a stage was done: news came at these times. An org tells of rows batch by batch. */
type Pace = {
  readonly firstMs: number;
  readonly firstDone: number;
  readonly lastMs: number;
  readonly lastDone: number;
  readonly longestWaitMs: number;
};

/** Adds up what the events of a run tell, in one place. */
export class Progress {
  #startedMs: number;
  readonly #jobs = new Map<string, JobTotals>();
  #stage: Stage | undefined;
  #unit: Unit = 'bytes';
  #doneBefore = 0;
  #pace: Pace | undefined;
  bytes: Amount = { done: 0 };
  rows: Amount = { done: 0 };
  failedRows = 0;
  plannedJobs = 0;
  /** Whether jobs are asked for one after another: before all have been, they say nothing of how fast all of them go. */
  isInTurn = false;
  /** Rows that had failed and have another try. */
  retriedRows = 0;
  retry = 0;

  constructor(startedMs = Date.now()) {
    this.#startedMs = startedMs;
  }

  /** How long the command has been at work: from when it was made, without what a person took to answer. */
  elapsedMs(nowMs = Date.now()): number {
    return nowMs - this.#startedMs;
  }

  /** Takes time off that the command has waited for a person. */
  leaveOut(ms: number): void {
    this.#startedMs += ms;
  }

  /** Begins a stage, unless it is the one that is on. */
  enter(stage: Stage, unit: Unit): void {
    if (stage === this.#stage) return;
    this.#stage = stage;
    this.#unit = unit;
    this.#doneBefore = this.#done();
    this.#pace = undefined;
  }

  /** @param job as the org told it last, or with the state that was asked for */
  setJob(jobId: string, job: JobTotals): void {
    this.#jobs.set(jobId, { ...this.#jobs.get(jobId), ...job });
    this.#count();
  }

  /** Of a job that another one has taken the place of. */
  dropJob(jobId: string): void {
    if (this.#jobs.delete(jobId)) this.#count();
  }

  stateOf(jobId: string): string | undefined {
    return this.#jobs.get(jobId)?.state;
  }

  /** Ids of the jobs that the org works on or will, whatever becomes of this process: an open one is nothing to it. */
  get jobsAtWork(): string[] {
    const isAtWork = (state: string): boolean => state !== 'Open' && !endedStates.includes(state);
    return [...this.#jobs].flatMap(([jobId, { state }]) => (isAtWork(state) ? [jobId] : []));
  }

  get jobs(): JobCounts {
    const byState: Record<string, number> = {};
    for (const { state } of this.#jobs.values()) byState[state] = (byState[state] ?? 0) + 1;
    const done = endedStates.reduce((sum, state) => sum + (byState[state] ?? 0), 0);
    const created = this.#jobs.size;
    const unasked = [...this.#jobs.values()].filter(
      ({ state, processed }) => state === 'UploadComplete' && processed === undefined,
    ).length;
    return { done, total: Math.max(this.plannedJobs, created), created, unasked, byState };
  }

  #count(): void {
    let done = 0;
    let failed = 0;
    for (const each of this.#jobs.values()) {
      done += each.processed ?? 0;
      failed += each.failed ?? 0;
    }
    this.rows = { ...this.rows, done };
    this.failedRows = Math.max(0, failed - this.retriedRows);
  }

  /** To be called after each change, and whenever time has passed. @returns undefined before the first stage */
  totals(nowMs = Date.now()): ProgressTotals | undefined {
    if (this.#stage === undefined) return undefined;
    return {
      stage: this.#stage,
      unit: this.#unit,
      bytes: this.bytes,
      rows: this.rows,
      failedRows: this.failedRows,
      jobs: this.jobs,
      retry: this.retry,
      elapsedMs: this.elapsedMs(nowMs),
      ...this.#rate(nowMs),
    };
  }

  #done(): number {
    return this[this.#unit].done;
  }

  #total(): number | undefined {
    return this[this.#unit].total;
  }

  #rate(nowMs: number): Pick<ProgressTotals, 'perSecond' | 'remainingMs'> {
    const done = this.#done();
    this.#pace = paceAfter(this.#pace ?? { lastDone: this.#doneBefore }, done, nowMs);
    if (this.#pace === undefined) return {};
    const { done: ended, unasked } = this.jobs;
    if (this.isInTurn && this.#unit === 'rows' && ended === 0 && unasked > 0) return {};
    const { firstMs, firstDone, lastMs, longestWaitMs } = this.#pace;
    const ms = lastMs - firstMs;
    const silentMs = nowMs - lastMs;
    const { waits, ms: leastOverdueMs } = overdueAfter;
    if (ms < leastMs || silentMs > Math.max(leastOverdueMs, waits * longestWaitMs)) return {};
    const total = this.#total();
    const perSecond = ((done - firstDone) * 1000) / ms;
    const remainingMs = ((total ?? done) - done) / (perSecond / 1000) - silentMs;
    return { perSecond, ...(total === undefined || remainingMs <= 0 ? {} : { remainingMs }) };
  }
}

/** What was done anew before the first news is not known to have taken any time: a job waits in a queue before it runs. */
function paceAfter(
  before: Pace | { readonly lastDone: number },
  done: number,
  nowMs: number,
): Pace | undefined {
  if (!('firstMs' in before) || done < before.lastDone) {
    return done === before.lastDone
      ? undefined
      : { firstMs: nowMs, firstDone: done, lastMs: nowMs, lastDone: done, longestWaitMs: 0 };
  }
  if (done === before.lastDone) return before;
  const longestWaitMs = Math.max(before.longestWaitMs, nowMs - before.lastMs);
  return { ...before, lastMs: nowMs, lastDone: done, longestWaitMs };
}
