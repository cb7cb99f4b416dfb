import type { JobInfo } from '../../api/types.js';
import { arePossibleCounts } from '../../jobs/counts.js';
import { hasEnded } from '../../jobs/poll.js';

/** A closed job; with what the org says once that has ended. */
type ClosedJob = {
  readonly jobId: string;
  readonly part: { readonly rows: number };
  readonly info: JobInfo | undefined;
};

export type AskInTurn<Job> = {
  /** Asks the org once, and tells what it says. */
  readonly ask: (jobId: string) => Promise<JobInfo>;
  /** Keeps that a job has ended. */
  readonly onEnded: (job: Job, info: JobInfo) => Promise<void>;
};

/**
 * The closed jobs of a round. While one of them is waited for, every other status check goes to one of the others, in turn:
 * no more requests, and what is known of the load moves as the load does.
 */
export class JobsInTurn<Job extends ClosedJob> {
  readonly #options: AskInTurn<Job>;
  /** Those that have not been asked for the longest time first. */
  #waiting: readonly Job[];

  constructor(sent: readonly Job[], options: AskInTurn<Job>) {
    this.#waiting = sent;
    this.#options = options;
  }

  /**
   * Asks once for a job beside the one that is waited for. Whatever goes wrong is left to the wait for that job.
   * @returns `ended` or not; undefined where there is no other job, and nothing was asked
   */
  async askOther(than: Job): Promise<'ended' | 'running' | undefined> {
    const open = this.#waiting.filter(({ info }) => info === undefined);
    const next = open.find((each) => each !== than);
    if (next === undefined) return undefined;
    const rest = open.filter((each) => each !== next);
    this.#waiting = [...rest, next];
    const info = await this.#options.ask(next.jobId).catch(() => undefined);
    if (info === undefined || !hasEnded(info.state)) return 'running';
    if (arePossibleCounts(info, next.part.rows)) await this.#options.onEnded(next, info);
    else this.#waiting = rest;
    return 'ended';
  }
}
