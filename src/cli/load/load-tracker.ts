import type { JobInfo } from '../../lib/api/types.js';
import { Events } from '../../lib/events.js';
import type { LoadEvents } from '../../lib/load/events.js';
import { figuresOf, stateOfAll, type LoadStatus } from '../../lib/load/status.js';
import type { LoadPlan } from '../../lib/run/record.js';

/** Follows a load by its events, so that its figures are known however it ends. */
export class LoadTracker {
  readonly events = new Events<LoadEvents>();
  readonly #infos = new Map<string, JobInfo>();
  readonly #jobIds: string[] = [];
  #firstCreated: string | undefined;
  #plan: LoadPlan | undefined;
  #runId: string | undefined;

  constructor() {
    this.events.on('planned', (plan, runId) => {
      // Another run has begun: it is the one to be resumed, and jobs of the one before are none of it.
      this.#plan = plan;
      this.#firstCreated = undefined;
      this.#jobIds.length = 0;
      this.#infos.clear();
      // A retry of the load that is followed is a part of it.
      if (plan.retryOf === undefined || plan.retryOf !== this.#runId) this.#runId = runId;
    });
    this.events.on('jobCreated', ({ jobId }) => {
      this.#firstCreated ??= jobId;
    });
    this.events.on('jobClosed', ({ jobId, part }) => {
      this.#jobIds[part] = jobId;
    });
    this.events.on('jobInfo', (info) => this.#infos.set(info.id, info));
  }

  /** What a resume names the run by; undefined before there is one. A job that was given up names it as well. */
  get resumeFlags(): string | undefined {
    const jobId = this.#jobIds.find((id) => typeof id === 'string') ?? this.#firstCreated;
    if (jobId !== undefined) return `--id ${jobId}`;
    return this.#plan === undefined || this.#plan.rows === 0 ? undefined : '--use-most-recent';
  }

  /** The run of the load that is followed; undefined before it is in a journal. */
  get runId(): string | undefined {
    return this.#runId;
  }

  /** The jobs as the org told them last. */
  get infos(): ReadonlyMap<string, JobInfo> {
    return this.#infos;
  }

  /** Undefined before the plan is made: there is nothing to tell of. */
  status(): LoadStatus | undefined {
    const plan = this.#plan;
    if (plan === undefined) return undefined;
    const jobs = [...this.#infos.values()];
    const states = plan.parts.map(({ index }) => this.#stateOf(this.#jobIds[index]));
    return {
      runId: '',
      plan,
      jobs,
      jobIds: this.#jobIds.filter((id) => typeof id === 'string'),
      state: stateOfAll(states),
      ...figuresOf(plan.rows, jobs),
      errors: [],
    };
  }

  #stateOf(jobId: string | undefined): JobInfo['state'] {
    if (jobId === undefined) return 'Open';
    return this.#infos.get(jobId)?.state ?? 'UploadComplete';
  }
}
