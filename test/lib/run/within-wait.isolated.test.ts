import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ingestJobs } from '../../../src/lib/api/ingest-jobs.js';
import { readText } from '../../../src/lib/api/port.js';
import { restApi } from '../../../src/lib/api/rest.js';
import { withRetry } from '../../../src/lib/api/retry.js';
import { PollingTimeoutError } from '../../../src/lib/jobs/errors.js';
import type { RunContext } from '../../../src/lib/run/context.js';
import { restOfWait } from '../../../src/lib/jobs/deadline.js';
import { withinWait } from '../../../src/lib/run/within-wait.js';
import { failureOf } from '../../support/failure-of.ts';
import { openHttpApi } from '../../support/http-api.ts';
import { httpServer } from '../../support/http-server.ts';
import { orgConnection } from '../../support/org-connection.ts';

const id = '750000000000001AAA';
const minute = { timeoutMs: 60_000 };
const grace = 5_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Work = (context: RunContext) => Promise<unknown>;

const works: ReadonlyArray<readonly [string, Work]> = [
  ['a describe', ({ api, signal }) => restApi(withRetry(api), signal).describe('Account')],
  ['a look at a job', ({ api, signal }) => ingestJobs(withRetry(api), signal).info(id)],
  ['closing a job', ({ api, signal }) => ingestJobs(withRetry(api), signal).close(id)],
  ['an upload', ({ api, signal }) => ingestJobs(withRetry(api), signal).upload(id, oneRow)],
  [
    'a download of results',
    ({ api, signal }) => ingestJobs(withRetry(api), signal).results(id, 'failedResults', readText),
  ],
];

const servers: ReadonlyArray<readonly [string, (response: ServerResponse) => void]> = [
  ['never answers', () => undefined],
  ['answers a byte, and then no more', (response) => void response.write('{')],
  [
    'trickles for ever',
    (response) => {
      const timer = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(timer));
    },
  ],
  [
    'asks for a longer wait than is left',
    (response) => void response.writeHead(429, { 'retry-after': '300' }).end(),
  ],
  ['refuses, and trickles the reason', (response) => void response.writeHead(400).write('[{')],
];

describe.each(works)('%s', (_, work) => {
  test.each(servers)('ends when the wait does where the org %s', async (__, answer) => {
    const asked = Promise.withResolvers<undefined>();
    const server = await httpServer((request, response) => {
      request.resume();
      answer(response);
      asked.resolve(undefined);
    });
    const waiting = failureOf(withinWait(minute, contextOf(server.origin), work));
    await asked.promise;
    const startedMs = Date.now();
    // What the org has answered is on its way.
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(minute.timeoutMs + grace);
    expect(await waiting).toBeInstanceOf(PollingTimeoutError);
    expect(Date.now() - startedMs).toBe(minute.timeoutMs + grace);
  });
});

test('a login that hangs ends when the wait does', async () => {
  const server = await httpServer((_, response) => void response.writeHead(401).end('[]'));
  const renewing = Promise.withResolvers<undefined>();
  const connection = {
    ...orgConnection(server.origin),
    request: () => {
      renewing.resolve(undefined);
      return new Promise(() => undefined);
    },
  };
  const context = { ...contextOf(server.origin), api: openHttpApi(connection) };
  const waiting = failureOf(withinWait(minute, context, works[1]![1]));
  await renewing.promise;
  await vi.advanceTimersByTimeAsync(minute.timeoutMs + grace);
  expect(await waiting).toBeInstanceOf(PollingTimeoutError);
});

test('whoever stops the work is told as such', async () => {
  const server = await httpServer(() => undefined);
  const stop = new AbortController();
  const context = { ...contextOf(server.origin), signal: stop.signal };
  const waiting = failureOf(withinWait(minute, context, works[0]![1]));
  stop.abort(new Error('stopped'));
  expect((await waiting).message).toBe('stopped');
});

test('one wait is one, however many steps ask for it', async () => {
  const context = contextOf('http://127.0.0.1:1');
  const seen = await withinWait(minute, context, async (outer) => {
    await vi.advanceTimersByTimeAsync(30_000);
    return withinWait(minute, outer, (inner) => Promise.resolve([outer, inner]));
  });
  expect(seen[1]).toBe(seen[0]);
});

test.each(['end', 'accepted'] as const)('there is no deadline for %s', async (wait) => {
  const context = contextOf('http://127.0.0.1:1');
  expect(await withinWait(wait, context, (given) => Promise.resolve(given))).toBe(context);
});

test('a wait of 0 stops nothing that is under way: everything is sent', async () => {
  const context = contextOf('http://127.0.0.1:1');
  const { signal, deadline } = await withinWait({ timeoutMs: 0 }, context, (given) => Promise.resolve(given));
  expect(signal).toBe(context.signal);
  expect(deadline).toBe(Date.now());
});

test('a wait of 0 ends soon where the org is busy for good', async () => {
  const server = await httpServer(
    (_, response) => void response.writeHead(503, { 'retry-after': '9' }).end(),
  );
  const describing = withinWait({ timeoutMs: 0 }, contextOf(server.origin), ({ api, signal, retryPolicy }) =>
    restApi(withRetry(api, undefined, retryPolicy), signal).describe('Account'),
  );
  expect(await failureOf(describing)).toMatchObject({ status: 503 });
});

test('what is left of a wait', () => {
  const startedMs = Date.now();
  vi.setSystemTime(startedMs + 20_000);
  expect(restOfWait(minute, startedMs)).toEqual({ timeoutMs: 40_000 });
  vi.setSystemTime(startedMs + 90_000);
  expect(restOfWait(minute, startedMs)).toEqual({ timeoutMs: 1 });
  expect(restOfWait({ timeoutMs: 0 }, startedMs)).toEqual({ timeoutMs: 0 });
  expect(restOfWait('end', startedMs)).toBe('end');
});

function contextOf(origin: string): RunContext {
  const org = { instanceUrl: origin, apiVersion: '60.0' };
  return { api: openHttpApi(origin), org, store: undefined as never };
}

function oneRow(): Readable {
  return Readable.from([Buffer.from('Name\nA\n')]);
}
