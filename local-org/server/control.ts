import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { factsOf, type FaultHandle, type OrgDoor } from '../door.ts';
import type { FaultSpec } from './fault-spec.ts';
import type { Release } from './faults.ts';

export const controlPath = '/__control';

type Ask = {
  /** The parts of the address that its pattern leaves open. */
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
};

type Answer = (ask: Ask) => Promise<unknown>;

/** The org's back door over HTTP, for tests and people in other processes: JSON in, JSON out. */
export class Control {
  readonly #door: OrgDoor;
  readonly #handles = new Map<string, FaultHandle>();
  readonly #answers: ReadonlyArray<[address: RegExp, answer: Answer]>;

  constructor(door: OrgDoor) {
    this.#door = door;
    this.#answers = [
      [/^GET $/, () => this.#about()],
      [/^GET counters$/, () => door.counters()],
      [/^DELETE counters$/, () => door.resetCounters()],
      [/^GET jobs$/, () => door.jobs()],
      [/^GET jobs\/(\w+)$/, ({ ids }) => door.job(ids[0] ?? '')],
      [/^GET records\/(\w+)$/, ({ ids }) => door.records(ids[0] ?? '')],
      [/^POST session\/expire$/, () => door.expireSession()],
      [/^POST session\/revoke$/, () => door.revokeSession()],
      [/^POST faults$/, ({ body }) => this.#addFault(body as FaultSpec)],
      [/^DELETE faults$/, () => door.faults.clear()],
      [/^GET faults\/(\d+)$/, ({ ids }) => this.#fault(ids).state()],
      [/^DELETE faults\/(\d+)$/, ({ ids }) => this.#fault(ids).remove()],
      [/^GET faults\/(\d+)\/hit$/, ({ ids, query }) => this.#fault(ids).hit(Number(query.get('times') ?? 1))],
      [/^POST faults\/(\d+)\/release$/, ({ ids, body }) => this.#fault(ids).release(howToRelease(body))],
    ];
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', this.#door.url);
    const path = pathname.slice(controlPath.length + 1);
    const body = await readText(request);
    try {
      const upload = /^jobs\/(\w+)\/upload$/.exec(path)?.[1];
      if (upload !== undefined) {
        await this.#sendUpload(upload, response);
        return;
      }
      const value = await this.#answer(`${request.method ?? 'GET'} ${path}`, query, body);
      sendJson(response, 200, value ?? null);
    } catch (error) {
      sendJson(response, path === 'faults' ? 400 : 404, {
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }

  async #answer(address: string, query: URLSearchParams, body: string): Promise<unknown> {
    for (const [pattern, answer] of this.#answers) {
      const match = pattern.exec(address);
      if (match !== null)
        return answer({ ids: match.slice(1), query, body: body === '' ? {} : JSON.parse(body) });
    }
    throw new Error(`There is no ${address}`);
  }

  #about(): Promise<unknown> {
    return Promise.resolve({ ...factsOf(this.#door), memory: process.memoryUsage() });
  }

  async #addFault(spec: FaultSpec): Promise<unknown> {
    const handle = await this.#door.faults.add(spec);
    this.#handles.set(String(handle.id), handle);
    return handle.state();
  }

  #fault([id = '']: readonly string[]): FaultHandle {
    const handle = this.#handles.get(id);
    if (handle === undefined) throw new Error(`There is no fault ${id}`);
    return handle;
  }

  /** The bytes of a job's one upload. */
  async #sendUpload(jobId: string, response: ServerResponse): Promise<void> {
    const { content } = await this.#door.job(jobId);
    if (content === undefined) throw new Error(`Nothing was uploaded to job ${jobId}`);
    response.writeHead(200, { 'Content-Type': 'text/csv', 'Content-Length': String(content.bytes) });
    await pipeline(createReadStream(content.path), response);
  }
}

function howToRelease(body: unknown): Release {
  return (body as { how?: Release }).how ?? 'continue';
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}
