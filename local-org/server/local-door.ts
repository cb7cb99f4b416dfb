import type { StoredRecord } from '../contracts.ts';
import type { FaultHandle, JobReport, OrgDoor, UploadReport } from '../door.ts';
import type { Job, Upload } from '../bulk/job.ts';
import type { CountersSnapshot } from './counters.ts';
import type { FaultSpec } from './fault-spec.ts';
import type { Fault } from './faults.ts';
import type { World } from './world.ts';

type Address = Pick<OrgDoor, 'url' | 'certificateFile'>;

/** The door of an org in this process. */
export class LocalDoor implements OrgDoor {
  readonly url: string;
  readonly certificateFile: string | undefined;
  readonly #world: World;
  readonly #close: () => Promise<void>;

  constructor(address: Address, world: World, close: () => Promise<void>) {
    this.url = address.url;
    this.certificateFile = address.certificateFile;
    this.#world = world;
    this.#close = close;
  }

  get controlUrl(): string {
    return `${this.url}/__control`;
  }

  get accessToken(): string {
    return this.#world.sessions.accessToken;
  }

  get refreshToken(): string {
    return this.#world.sessions.refreshToken ?? '';
  }

  get orgId(): string {
    return this.#world.sessions.orgId;
  }

  get userId(): string {
    return this.#world.sessions.userId;
  }

  get username(): string {
    return this.#world.sessions.username;
  }

  get apiVersion(): string {
    return `${this.#world.options.newestVersion}.0`;
  }

  get faults(): OrgDoor['faults'] {
    const { faults } = this.#world;
    return {
      add: (spec: FaultSpec) => Promise.resolve(this.#handle(faults.add(spec))),
      clear: () => done(() => faults.clear()),
    };
  }

  counters(): Promise<CountersSnapshot> {
    return Promise.resolve(this.#world.counters.snapshot);
  }

  resetCounters(): Promise<void> {
    return done(() => this.#world.counters.reset());
  }

  jobs(): Promise<JobReport[]> {
    const { ingestJobs, queryJobs } = this.#world;
    const visible: ReadonlySet<Job> = new Set([...ingestJobs.all, ...queryJobs.all]);
    const all: Job[] = [...ingestJobs.ever, ...queryJobs.ever];
    return Promise.resolve(all.map((job) => report(job, !visible.has(job))));
  }

  async job(id: string): Promise<JobReport> {
    const found = (await this.jobs()).find((job) => job.id.slice(0, 15) === id.slice(0, 15));
    if (found === undefined) throw new Error(`The org knows no job ${id}`);
    return found;
  }

  records(object: string): Promise<StoredRecord[]> {
    return Promise.resolve([...this.#world.database.scan(object)]);
  }

  expireSession(): Promise<string> {
    this.#world.sessions.expire();
    return Promise.resolve(this.accessToken);
  }

  revokeSession(): Promise<void> {
    return done(() => this.#world.sessions.revoke());
  }

  stop(): Promise<void> {
    return this.#close();
  }

  #handle(fault: Fault): FaultHandle {
    return {
      id: fault.id,
      state: () => Promise.resolve(fault.state),
      hit: (times) => fault.hit(times),
      release: (how) => done(() => fault.release(how)),
      remove: () => done(() => this.#world.faults.remove(fault.id)),
    };
  }
}

/** The door's answers are promises, also where there is nothing to wait for. */
function done(act: () => void): Promise<void> {
  act();
  return Promise.resolve();
}

function report(job: Job, deleted: boolean): JobReport {
  const { id, kind, operation, object, state, processed, errorMessage } = job;
  const base = {
    id,
    kind,
    operation,
    object,
    state,
    processed,
    deleted,
    ...(errorMessage === undefined ? {} : { errorMessage }),
  };
  if (job.kind === 'query') return { ...base, failed: 0, accepted: 0, uploads: [], query: job.query };
  return {
    ...base,
    failed: job.failed,
    accepted: job.processed - job.failed,
    uploads: job.attempts.map(uploadReport),
    ...(job.content === undefined ? {} : { content: uploadReport(job.content) }),
  };
}

function uploadReport({ path, bytes, complete }: Upload): UploadReport {
  return { path, bytes, complete };
}
