import type { JobInfo } from '../lib/api/types.js';
import { Events } from '../lib/events.js';
import type { LoadEvents } from '../lib/ingest/events.js';
import { figuresOf, stateOfAll, type LoadStatus } from '../lib/ingest/result.js';
import type { LoadPlan } from '../lib/journal/record.js';

/** Follows a load by its events, so that its figures are known however it ends. */
export class LoadTracker {
  readonly events = new Events<LoadEvents>();
  readonly #infos = new Map<string, JobInfo>();
  readonly #jobIds: string[] = [];
  #firstCreated: string | undefined;
  #plan: LoadPlan | undefined;

  constructor() {
    this.events.on('planned', (plan) => {
      // Another run has begun: it is the one to be resumed, and jobs of the one before are none of it.
      this.#plan = plan;
      this.#firstCreated = undefined;
      this.#jobIds.length = 0;
      this.#infos.clear();
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
