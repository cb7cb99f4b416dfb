import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { OrgUnreachableError } from '../../src/lib/api/errors.js';
import type { ApiRequest, ApiResponse, OrgApi, ResponseReader } from '../../src/lib/api/port.js';

export type Fault = {
  readonly when: (request: ApiRequest) => boolean;
  /** How often the fault strikes. Default 1. */
  readonly times?: number;
};

/** The request fails with this error and never reaches the org. */
export function failOnceApi(api: OrgApi, error: unknown, fault: Fault): OrgApi {
  return faultyApi(api, fault, () => {
    throw error;
  });
}

/** The request gets lost on its way, and nobody can tell. */
export function lostRequestApi(api: OrgApi, fault: Fault): OrgApi {
  return failOnceApi(api, connectionLost(), fault);
}

/** The org acts, and its answer is lost. */
export function lostResponseApi(api: OrgApi, fault: Fault): OrgApi {
  return faultyApi(api, fault, async (request) => {
    await api.send(request, () => Promise.resolve(undefined));
    throw connectionLost();
  });
}

/** The connection breaks after the first piece of an upload. */
export function brokenUploadApi(api: OrgApi, fault: Fault): OrgApi {
  return faultyApi(api, fault, async ({ body }) => {
    if (typeof body === 'function') await firstOf(body());
    throw connectionLost();
  });
}

/** The answer's body breaks off after so many bytes. */
export function truncatingApi(api: OrgApi, bytes: number, fault: Fault): OrgApi {
  return faultyApi(api, fault, (request, read) =>
    api.send(request, async (response) => {
      const broken = { ...response, body: Readable.from(cutAfter(response.body, bytes)) };
      return read(broken).catch(() => {
        throw connectionLost();
      });
    }),
  );
}

/** The answer ends after so many bytes as if that were all: what a middle box that gives up may do. */
export function shorteningApi(api: OrgApi, bytes: number, fault: Fault): OrgApi {
  return alteringApi(api, fault, (response) => ({
    ...response,
    body: Readable.from(shortened(response.body, bytes)),
  }));
}

/** The answer's headers say other things than they should. */
export function lyingHeaderApi(api: OrgApi, headers: Readonly<Record<string, string>>, fault: Fault): OrgApi {
  return alteringApi(api, fault, (response) => ({
    ...response,
    headers: { ...response.headers, ...headers },
  }));
}

/** Each request takes as long as it is told to. */
export function slowApi(api: OrgApi, delayMs: (request: ApiRequest) => number): OrgApi {
  return faultyApi(api, { when: () => true, times: Infinity }, async (request, read) => {
    await sleep(delayMs(request), undefined, { signal: request.signal });
    return api.send(request, read);
  });
}

/** Each answer's head comes at once, and its body after a while. */
export function slowBodyApi(api: OrgApi, delayMs: () => number): OrgApi {
  return alteringApi(api, { when: () => true, times: Infinity }, (response) => ({
    ...response,
    body: Readable.from(after(delayMs(), response.body)),
  }));
}

/** Each answer's body stops after a good part, and goes on when it may. */
export function haltingBodyApi(api: OrgApi, mayGoOn: Promise<unknown>): OrgApi {
  return alteringApi(api, { when: () => true, times: Infinity }, (response) => ({
    ...response,
    body: Readable.from(halting(response.body, mayGoOn)),
  }));
}

export function connectionLost(): OrgUnreachableError {
  return new OrgUnreachableError('The connection was lost.', { mayHaveActed: true });
}

function alteringApi(api: OrgApi, fault: Fault, alter: (response: ApiResponse) => ApiResponse): OrgApi {
  return faultyApi(api, fault, (request, read) => api.send(request, (response) => read(alter(response))));
}

type Send = <T>(request: ApiRequest, read: ResponseReader<T>) => Promise<T>;

function faultyApi(api: OrgApi, { when, times = 1 }: Fault, strike: Send): OrgApi {
  let left = times;
  return {
    get requestCount() {
      return api.requestCount;
    },
    async send(request, read) {
      if (left === 0 || !when(request)) return api.send(request, read);
      left -= 1;
      return strike(request, read);
    },
  };
}

async function firstOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  for await (const piece of pieces) return piece;
  return undefined;
}

async function* after(delayMs: number, body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  await sleep(delayMs);
  yield* body;
}

async function* halting(body: AsyncIterable<Buffer>, mayGoOn: Promise<unknown>): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    const part = Math.ceil(chunk.length * 0.75);
    yield chunk.subarray(0, part);
    await mayGoOn;
    yield chunk.subarray(part);
  }
}

async function* cutAfter(body: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  yield* shortened(body, bytes);
  throw new Error('cut');
}

async function* shortened(body: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of body) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}
