import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResolvedOptions } from '../options.ts';

/** Lets bytes through at a given rate; shorter waits than a timer can keep are saved up. */
export class Pacer {
  readonly #bytesPerSecond: number;
  #freeAtMs = 0;

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** The largest piece that keeps the flow smooth: a twentieth of a second. */
  get pieceBytes(): number {
    return Math.max(1, Math.floor(this.#bytesPerSecond / 20));
  }

  /** Undefined when there is nothing to wait for. */
  pass(bytes: number): Promise<void> | undefined {
    if (this.#bytesPerSecond === Infinity) return undefined;
    const nowMs = performance.now();
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + (bytes / this.#bytesPerSecond) * 1000;
    const waitMs = this.#freeAtMs - nowMs;
    return waitMs > 2 ? sleep(waitMs) : undefined;
  }
}

type WireOptions = Pick<ResolvedOptions, 'latencyMs' | 'bandwidthBytesPerSecond' | 'tls'>;

type Line = { readonly number: number; readonly inward: Pacer; readonly outward: Pacer; used: boolean };

/** The network between the client and the org: a round trip per request, and bandwidth per connection. */
export class Wire {
  readonly #lines = new WeakMap<Socket, Line>();
  readonly #latencyMs: number;
  readonly #bytesPerSecond: number;
  readonly #tripsToConnect: number;
  #lastNumber = 0;

  constructor({ latencyMs, bandwidthBytesPerSecond, tls }: WireOptions) {
    this.#latencyMs = latencyMs;
    this.#bytesPerSecond = bandwidthBytesPerSecond;
    // A round trip for TCP, and one for TLS 1.3.
    this.#tripsToConnect = tls ? 2 : 1;
  }

  line(socket: Socket): Line {
    let line = this.#lines.get(socket);
    if (line === undefined) {
      const pacer = (): Pacer => new Pacer(this.#bytesPerSecond);
      line = { number: ++this.#lastNumber, inward: pacer(), outward: pacer(), used: false };
      this.#lines.set(socket, line);
    }
    return line;
  }

  /** A round trip for the request, and those for opening the connection if it is new. */
  async roundTrip(socket: Socket): Promise<void> {
    const line = this.line(socket);
    const trips = line.used ? 1 : 1 + this.#tripsToConnect;
    line.used = true;
    if (this.#latencyMs > 0) await sleep(this.#latencyMs * trips);
  }
}
