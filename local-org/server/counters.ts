import { matchesEndpoint } from './endpoints.ts';

/** One request as the org saw it. */
export type RequestRecord = {
  readonly endpoint: string;
  readonly method: string;
  readonly url: string;
  readonly jobId: string | undefined;
  readonly startedAtMs: number;
  /** Number of the connection it came on, from 1. */
  readonly connection: number;
  /** Absent until the answer was begun, and for good when the connection was closed instead. */
  status?: number;
  bytesIn: number;
  bytesOut: number;
  elapsedMs?: number;
};

export type CountersSnapshot = {
  /** Requests by endpoint; login, control and health requests are not API requests and are left out of `apiRequests`. */
  readonly requests: Readonly<Record<string, number>>;
  readonly apiRequests: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly bytesInByEndpoint: Readonly<Record<string, number>>;
  readonly bytesOutByEndpoint: Readonly<Record<string, number>>;
  /** Connections opened. */
  readonly connections: number;
  readonly maxParallel: number;
  readonly maxParallelByEndpoint: Readonly<Record<string, number>>;
  /** The last 10,000 requests, oldest first. */
  readonly log: ReadonlyArray<Readonly<RequestRecord>>;
};

const logLength = 10_000;

/** Counts what comes in and goes out. */
export class Counters {
  #log: RequestRecord[] = [];
  #requests = new Map<string, number>();
  #bytesIn = new Map<string, number>();
  #bytesOut = new Map<string, number>();
  #parallel = new Map<string, number>();
  #maxParallel = new Map<string, number>();
  #connections = 0;

  connected(): void {
    this.#connections += 1;
  }

  begin(request: Omit<RequestRecord, 'bytesIn' | 'bytesOut' | 'startedAtMs'>): RequestRecord {
    const record: RequestRecord = { ...request, startedAtMs: Date.now(), bytesIn: 0, bytesOut: 0 };
    if (this.#log.length >= logLength) this.#log.splice(0, logLength / 10);
    this.#log.push(record);
    add(this.#requests, record.endpoint, 1);
    for (const name of [record.endpoint, '*']) {
      add(this.#parallel, name, 1);
      const now = this.#parallel.get(name) ?? 0;
      if (now > (this.#maxParallel.get(name) ?? 0)) this.#maxParallel.set(name, now);
    }
    return record;
  }

  sent(record: RequestRecord, bytes: number): void {
    record.bytesOut += bytes;
    add(this.#bytesOut, record.endpoint, bytes);
  }

  end(record: RequestRecord, bytesIn: number): void {
    record.bytesIn = bytesIn;
    add(this.#bytesIn, record.endpoint, bytesIn);
    record.elapsedMs = Date.now() - record.startedAtMs;
    for (const name of [record.endpoint, '*']) add(this.#parallel, name, -1);
  }

  /** Starts again from zero; requests under way go on counting as parallel. */
  reset(): void {
    this.#log = [];
    this.#requests = new Map();
    this.#bytesIn = new Map();
    this.#bytesOut = new Map();
    this.#maxParallel = new Map(this.#parallel);
    this.#connections = 0;
  }

  get snapshot(): CountersSnapshot {
    const { '*': maxParallel = 0, ...maxParallelByEndpoint } = Object.fromEntries(this.#maxParallel);
    return {
      requests: Object.fromEntries(this.#requests),
      apiRequests: countRequests(Object.fromEntries(this.#requests)),
      bytesIn: sum(this.#bytesIn.values()),
      bytesOut: sum(this.#bytesOut.values()),
      bytesInByEndpoint: Object.fromEntries(this.#bytesIn),
      bytesOutByEndpoint: Object.fromEntries(this.#bytesOut),
      connections: this.#connections,
      maxParallel,
      maxParallelByEndpoint,
      log: this.#log.map((record) => ({ ...record })),
    };
  }
}

/** Requests of an endpoint or a family of endpoints; without a name, all API requests (everything but `oauth`). */
export function countRequests(requests: Readonly<Record<string, number>>, name?: string): number {
  const counted = Object.entries(requests).filter(([endpoint]) =>
    name === undefined ? !matchesEndpoint(endpoint, 'oauth') : matchesEndpoint(endpoint, name),
  );
  return sum(counted.map(([, count]) => count));
}

function add(totals: Map<string, number>, name: string, amount: number): void {
  totals.set(name, (totals.get(name) ?? 0) + amount);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
