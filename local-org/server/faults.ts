import { EventEmitter, once } from 'node:events';
import {
  faultPlaces,
  type ActionOf,
  type FaultAction,
  type FaultKind,
  type FaultSpec,
} from './fault-spec.ts';
import { matchesEndpoint } from './endpoints.ts';

/** A request parked by a `hold` fault. */
export type HeldRequest = {
  readonly endpoint: string;
  readonly url: string;
  readonly jobId: string | undefined;
};

/** Where a fault stands. */
export type FaultState = {
  readonly id: number;
  readonly spec: FaultSpec;
  /** Requests that matched, hit or not. */
  readonly seen: number;
  readonly hits: number;
  /** Requests parked just now. */
  readonly held: readonly HeldRequest[];
};

/** What becomes of parked requests: they go on, or their socket is closed. */
export type Release = 'continue' | 'drop';

type Parked = HeldRequest & { readonly settle: (release: Release) => void };

/** Endpoints that are no requests: a job while the org works on it. */
const jobEndpoints = ['ingest.process', 'query.process'];

/** One fault, with its own count of occurrences. */
export class Fault {
  readonly id: number;
  readonly spec: FaultSpec;
  readonly #changed = new EventEmitter().setMaxListeners(0);
  readonly #parked = new Set<Parked>();
  /** Tries so far of each row that a `lock-rows` fault has picked. */
  readonly lockTries = new Map<string, number>();
  #seen = 0;
  #hits = 0;
  #parkedSoFar = 0;

  constructor(id: number, spec: FaultSpec) {
    this.id = id;
    this.spec = spec;
  }

  get state(): FaultState {
    const held = [...this.#parked].map(({ endpoint, url, jobId }) => ({ endpoint, url, jobId }));
    return { id: this.id, spec: this.spec, seen: this.#seen, hits: this.#hits, held };
  }

  /** Counts one request, and says whether the fault hits it. */
  take(endpoint: string, jobId: string | undefined): boolean {
    if (!matchesEndpoint(endpoint, this.spec.endpoint)) return false;
    if (this.spec.jobId !== undefined && this.spec.jobId.slice(0, 15) !== jobId?.slice(0, 15)) return false;
    this.#seen += 1;
    const first = this.spec.nth ?? 1;
    const count = this.spec.count ?? 1;
    const hit = this.#seen >= first && (count === 'always' || this.#seen < first + count);
    if (hit) {
      this.#hits += 1;
      this.#changed.emit('change');
    }
    return hit;
  }

  /** Parks a request until `release`. */
  park(request: HeldRequest): Promise<Release> {
    return new Promise((resolve) => {
      const parked: Parked = {
        ...request,
        settle: (release) => {
          this.#parked.delete(parked);
          resolve(release);
        },
      };
      this.#parked.add(parked);
      this.#parkedSoFar += 1;
      this.#changed.emit('change');
    });
  }

  /** Lets every parked request go. */
  release(how: Release = 'continue'): void {
    for (const parked of [...this.#parked]) parked.settle(how);
  }

  /** Resolves when the fault has hit `times` requests; a `hold` counts when the request is parked. */
  async hit(times = 1): Promise<void> {
    while (this.#done() < times) await once(this.#changed, 'change');
  }

  #done(): number {
    return this.spec.action.kind === 'hold' ? this.#parkedSoFar : this.#hits;
  }
}

/** The faults of an org, in the order in which they were added. */
export class FaultRegistry {
  readonly #faults = new Map<number, Fault>();
  readonly #endpoints: readonly string[];
  #lastId = 0;

  /** `endpoints` are those of requests. */
  constructor(endpoints: readonly string[]) {
    this.#endpoints = endpoints;
  }

  /** @throws Error the fault could not do anything where it is to happen */
  add(spec: FaultSpec): Fault {
    this.#check(spec);
    const fault = new Fault(++this.#lastId, spec);
    this.#faults.set(fault.id, fault);
    return fault;
  }

  #check({ endpoint, action: { kind } }: FaultSpec): void {
    const place = (faultPlaces as Readonly<Record<string, string | undefined>>)[kind];
    if (place === undefined) throw new Error(`There is no fault '${kind}'.`);
    const isAt = (places: readonly string[]): boolean => places.some((one) => matchesEndpoint(one, endpoint));
    if (!isAt([...this.#endpoints, ...jobEndpoints])) throw new Error(`There is no endpoint ${endpoint}.`);
    const isOfJobs = jobEndpoints.includes(endpoint);
    if (place !== 'both' && isOfJobs !== (place === 'jobs')) {
      throw new Error(`A fault '${kind}' has no effect at ${endpoint}.`);
    }
  }

  get all(): readonly Fault[] {
    return [...this.#faults.values()];
  }

  remove(id: number): void {
    this.#faults.get(id)?.release();
    this.#faults.delete(id);
  }

  /** Forgets every fault and lets parked requests go on. */
  clear(): void {
    for (const fault of this.#faults.values()) fault.release();
    this.#faults.clear();
  }

  /** The faults that hit this request. */
  take(endpoint: string, jobId?: string): ActiveFaults {
    return new ActiveFaults(this.all.filter((fault) => fault.take(endpoint, jobId)));
  }
}

/** The faults that have hit one request. */
export class ActiveFaults {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    this.faults = faults;
  }

  action<K extends FaultKind>(kind: K): ActionOf<K> | undefined {
    return this.actions(kind)[0];
  }

  /** Parks at each `hold` of this moment, one after another; the first drop ends it. */
  async park(request: HeldRequest, when: 'before' | 'after', batches = 0): Promise<Release> {
    for (const fault of this.faults) {
      const { action } = fault.spec;
      if (action.kind !== 'hold' || action.when !== when || (action.afterBatches ?? 0) !== batches) continue;
      if ((await fault.park(request)) === 'drop') return 'drop';
    }
    return 'continue';
  }

  actions<K extends FaultKind>(kind: K): Array<ActionOf<K>> {
    const isKind = (action: FaultAction): action is ActionOf<K> => action.kind === kind;
    return this.faults.map((fault) => fault.spec.action).filter(isKind);
  }
}
