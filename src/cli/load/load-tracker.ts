import type { JobInfo } from '../../lib/api/types.js';
import { Events } from '../../lib/events.js';
import { type LoadEvents, type Halt, statusOf, type LoadStatus, type PartJob } from '../../lib/load/load.js';
import type { LoadPlan } from '../../lib/run/record.js';
import { nameOfRun, type RunView } from '../../lib/run/store.js';

/** Follows a load by its events, so that its figures are known however it ends. */
export class LoadTracker {
  readonly events = new Events<LoadEvents>();
  readonly #infos = new Map<string, JobInfo>();
  /** By the numbers of their parts. */
  readonly #jobIds: string[] = [];
  #firstCreated: string | undefined;
  /** The first is the load as it was planned, others retry rows of it. */
  #rounds: LoadPlan[] = [];
  #runId: string | undefined;
  #processedBefore: number | undefined;
  #isRefused = false;
  /** What names the run that is resumed, from before it tells anything. */
  #resumed: string | undefined;
  #refusal: Halt | undefined;

  constructor() {
    this.events.on('planned', (plan, runId) => {
      this.#rounds = runId === this.#runId ? [...this.#rounds, plan] : [plan];
      this.#runId = runId;
    });
    this.events.on('resumed', ({ processed }) => {
      this.#processedBefore = processed;
    });
    this.events.on('jobCreated', ({ jobId }) => {
      this.#firstCreated ??= jobId;
    });
    this.events.on('jobClosed', ({ jobId, part }) => {
      this.#jobIds[part] = jobId;
    });
    this.events.on('jobInfo', (info) => this.#infos.set(info.id, info));
    this.events.on('refused', () => {
      this.#isRefused = true;
    });
    this.events.on('halted', (halt) => {
      this.#refusal = halt;
    });
  }

  /** To be called where the load began earlier: whatever ends this command, it can be resumed. */
  resumes(run: RunView): void {
    this.#resumed = nameOfRun(run);
    this.#runId = run.runId;
    this.#rounds = [];
  }

  /** What a resume names the run by; undefined before there is one. A job that was given up names it as well. */
  get resumeFlags(): string | undefined {
    if (this.#isRefused) return undefined;
    // The one that was printed first, which `job list` names it by, too.
    const jobId = this.#resumed ?? this.#firstCreated ?? this.#jobIds.find((id) => typeof id === 'string');
    if (jobId !== undefined) return `--id ${jobId}`;
    const [plan] = this.#rounds;
    return plan === undefined || plan.rows === 0 ? undefined : `--id ${this.#runId}`;
  }

  /** Rows that are in no closed job. The org works on no others. */
  get unsentRows(): number {
    const parts = this.#rounds.flatMap((round) => round.parts);
    const unsent = parts.filter(({ index }) => this.#jobIds[index] === undefined);
    return unsent.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** The run of the load that is followed; undefined before it is in a journal. */
  get runId(): string | undefined {
    return this.#runId;
  }

  /** Rows that the org had processed before the load was resumed; undefined for one that began here. */
  get processedBefore(): number | undefined {
    return this.#processedBefore;
  }

  /** The jobs as the org told them last. */
  get infos(): ReadonlyMap<string, JobInfo> {
    return this.#infos;
  }

  /** Undefined before the plan is made: there is nothing to tell of. */
  status(): LoadStatus | undefined {
    const [first, ...retries] = this.#rounds;
    if (first === undefined) return undefined;
    const jobs = [first, ...retries].flatMap((round) =>
      round.parts.map((part) => this.#jobOf(part, round !== first)),
    );
    return statusOf('', { rounds: [first, ...retries], jobs, refusal: this.#refusal });
  }

  #jobOf(part: LoadPlan['parts'][number], isRetry: boolean): PartJob {
    const jobId = this.#jobIds[part.index];
    if (jobId === undefined) return { part, state: 'Open', isRetry };
    const info = this.#infos.get(jobId);
    return info === undefined
      ? { part, jobId, state: 'UploadComplete', isRetry }
      : { part, jobId, info, state: info.state, isRetry };
  }
}
