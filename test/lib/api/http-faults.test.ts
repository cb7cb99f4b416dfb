import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { OrgUnreachableError } from '../../../src/lib/api/errors.js';
import { readJson, readText, type ApiRequest } from '../../../src/lib/api/port.js';
import { withRetry } from '../../../src/lib/api/retry.js';
import { InputChangedError } from '../../../src/lib/jobs/errors.js';
import { aRequest, openHttpApi } from '../../support/http-api.ts';
import { closedPort, httpServer, rawServer, sendJson } from '../../support/http-server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { failureOf } from '../../support/failure-of.ts';

const ok = 'HTTP/1.1 200 OK\r\n';
const idle = { idleTimeoutMs: 100 };

describe('an answer that breaks off is never taken for whole', () => {
  const zipped = gzipSync(Buffer.from('"Id"\n'.repeat(10_000)));
  test.each([
    ['before its length is reached', `${ok}content-length: 100\r\n\r\n"Id"\n`],
    ['before its last chunk', `${ok}transfer-encoding: chunked\r\n\r\n5\r\n"Id"\n\r\n`],
    ['in the middle of a chunk', `${ok}transfer-encoding: chunked\r\n\r\nff\r\n"Id"\n`],
    ['in its compressed data, its length reached', gzipped(zipped.subarray(0, -20))],
    ['in its compressed data, its length not reached', gzipped(zipped.subarray(0, -20), zipped.length)],
    ['by being no compressed data at all', gzipped(Buffer.from('"Id"\n'))],
  ])('%s', async (_, answer) => {
    const server = await rawServer(answer);
    const error = await failureOf(openHttpApi(server.origin).send(aRequest(), readText));
    expect(error).toBeInstanceOf(OrgUnreachableError);
    expect(error).toMatchObject({ mayHaveActed: true });
    expect(error.message).toMatch(/^Could not read the limits: the answer did not arrive whole \(.+\)\.$/);
  });

  test('as JSON either, and is asked for again', async () => {
    let count = 0;
    const server = await httpServer((_, response) => {
      count += 1;
      response.end(count === 1 ? '{"Daily' : '{}');
    });
    const policy = { attempts: 3, attemptsBeforeFirstAnswer: 3, firstWaitMs: 1, longestWaitMs: 1 };
    const api = withRetry(openHttpApi(server.origin), undefined, policy);
    await expect(api.send(aRequest(), readJson)).resolves.toEqual({});
    expect(count).toBe(2);
  });

  test('even when its error cannot be read whole', async () => {
    const server = await rawServer('HTTP/1.1 503 Busy\r\ncontent-length: 100\r\n\r\n[{"errorCode"');
    const asked = openHttpApi(server.origin).send(aRequest(), readText);
    await expect(asked).rejects.toMatchObject({ status: 503, errorCode: 'HTTP_503' });
  });
});

describe('an org that cannot be reached', () => {
  test('refuses the connection: nothing was sent', async () => {
    const port = await closedPort();
    const error = await failureOf<OrgUnreachableError>(
      openHttpApi(`http://127.0.0.1:${port}`).send(aRequest(), readText),
    );
    expect(error).toMatchObject({
      name: 'OrgUnreachableError',
      mayHaveActed: false,
      message: `Could not read the limits: nothing answers at 127.0.0.1:${port} (ECONNREFUSED).`,
    });
    expect(error.actions.join()).toContain('NO_PROXY');
  });

  test('closes the connection without an answer: it may have acted', async () => {
    const server = await rawServer((socket) => socket.destroy());
    const error = await failureOf(openHttpApi(server.origin).send(aRequest(), readText));
    expect(error).toMatchObject({ name: 'OrgUnreachableError', mayHaveActed: true });
  });

  test('answers with something that is no HTTP', async () => {
    const server = await rawServer('SSH-2.0-OpenSSH_9.2\r\n');
    const error = await failureOf(openHttpApi(server.origin).send(aRequest(), readText));
    expect(error).toMatchObject({ name: 'OrgUnreachableError', mayHaveActed: true });
  });

  test('is only spoken to in HTTP/1.1: one connection for each page, not one for all', async () => {
    const server = await rawServer((socket) => socket.destroy());
    await failureOf(openHttpApi(server.origin.replace('http:', 'https:')).send(aRequest(), readText));
    const hello = server.received[0]!;
    expect(hello.includes('http/1.1')).toBe(true);
    expect(hello.includes('\x02h2')).toBe(false);
  });
});

describe('a standstill', () => {
  test('before the answer, in a download, in a compressed one and in an upload ends each of them', async () => {
    const silent = await httpServer(() => undefined);
    const plain = await rawServer((socket) => socket.write(`${ok}content-length: 1000\r\n\r\n"Id"\n`));
    const zipped = gzipSync('"Id"\n');
    const compressed = await rawServer((socket) =>
      socket.write(gzipped(zipped.subarray(0, 12), zipped.length)),
    );
    const deaf = await rawServer((socket) => socket.pause());
    const errors = await Promise.all([
      failureOf(openHttpApi(silent.origin, idle).send(aRequest(), readText)),
      failureOf(openHttpApi(plain.origin, idle).send(aRequest(), readText)),
      failureOf(openHttpApi(compressed.origin, idle).send(aRequest(), readText)),
      failureOf(
        openHttpApi(deaf.origin, idle).send(
          put(() => Readable.from(endless())),
          readText,
        ),
      ),
    ]);
    for (const error of errors)
      expect(error).toMatchObject({ name: 'OrgUnreachableError', mayHaveActed: true });
    expect(errors[0].message).toContain('no answer in time from 127.0.0.1');
  });

  test('is neither a slow answer, as long as bytes come, nor a reader that takes its time', async () => {
    const slow = await httpServer((_, response) => {
      let left = 30;
      const timer = setInterval(() => {
        left -= 1;
        if (left > 0) return response.write('x');
        clearInterval(timer);
        return response.end();
      }, 50);
    });
    const large = await httpServer((_, response) => response.end(Buffer.alloc(3_000_000)));
    const [text, bytes] = await Promise.all([
      openHttpApi(slow.origin, idle).send(aRequest(), readText),
      openHttpApi(large.origin, idle).send(aRequest(), async ({ body }) => {
        let count = 0;
        for await (const chunk of body as AsyncIterable<Buffer>) {
          if (count === 0) await new Promise((resolve) => setTimeout(resolve, 1_500));
          count += chunk.length;
        }
        return count;
      }),
    ]);
    expect(text).toHaveLength(29);
    expect(bytes).toBe(3_000_000);
  });
});

describe('an upload whose data fails', () => {
  test('gives that failure, as it is', async () => {
    const server = await httpServer((request) => request.resume());
    const data = function* () {
      yield Buffer.from('Name\n');
      throw new InputChangedError('accounts.csv has changed');
    };
    const upload = put(async function* () {
      yield* Readable.from(data());
    });
    const error = await failureOf(openHttpApi(server.origin).send(upload, readText));
    expect(error).toBeInstanceOf(InputChangedError);
  });

  test.each(['missing.csv', '.'])('a file that cannot be read is no network failure: %s', async (name) => {
    const path = join(await tempFolder(), name);
    const server = await httpServer((request) => request.resume());
    const upload = put(() => createReadStream(path));
    const error = await failureOf(openHttpApi(server.origin).send(upload, readText));
    expect(error).not.toBeInstanceOf(OrgUnreachableError);
    expect(error).toHaveProperty('code');
  });
});

describe('a cancelled signal', () => {
  test('ends a request that waits for its answer, with its own reason', async () => {
    const stop = new AbortController();
    const server = await httpServer(() => stop.abort(new Error('stopped')));
    const asked = withRetry(openHttpApi(server.origin)).send(aRequest({ signal: stop.signal }), readText);
    await expect(asked).rejects.toThrow('stopped');
    expect(server.requests).toHaveLength(1);
  });

  test('ends a download, and nothing is asked again', async () => {
    const stop = new AbortController();
    const server = await httpServer((_, response) =>
      response.writeHead(200, { 'content-length': 100 }).write('x'),
    );
    const asked = withRetry(openHttpApi(server.origin)).send(
      aRequest({ signal: stop.signal }),
      ({ body }) => {
        body.once('data', () => stop.abort(new Error('stopped')));
        return finished(body);
      },
    );
    await expect(asked).rejects.toThrow('stopped');
    expect(server.requests).toHaveLength(1);
  });

  test('ends an upload and closes its data', async () => {
    const stop = new AbortController();
    const server = await httpServer((request) => request.resume());
    let closed = false;
    const data = function* () {
      try {
        for (let sent = 0; ; sent += 1) {
          if (sent === 200) setImmediate(() => stop.abort(new Error('stopped')));
          yield Buffer.alloc(10_000);
        }
      } finally {
        closed = true;
      }
    };
    const upload = { ...put(() => Readable.from(data())), signal: stop.signal };
    await expect(withRetry(openHttpApi(server.origin)).send(upload, readText)).rejects.toThrow('stopped');
    await expect.poll(() => closed).toBe(true);
  });

  test('that was cancelled before sends nothing', async () => {
    const server = await httpServer((_, response) => sendJson(response, 200, {}));
    const signal = AbortSignal.abort(new Error('stopped'));
    const asked = withRetry(openHttpApi(server.origin)).send(aRequest({ signal }), readText);
    await expect(asked).rejects.toThrow('stopped');
    expect(server.requests).toEqual([]);
  });
});

function put(body: () => AsyncIterable<Uint8Array>): ApiRequest {
  return aRequest({ method: 'PUT', repeatable: false, body });
}

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(1_000_000);
}

function gzipped(body: Buffer, length = body.length): Buffer {
  const head = `${ok}content-encoding: gzip\r\ncontent-length: ${length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

describe('an answer that trickles', () => {
  test('is given up when it is small: bytes now and then would keep it alive for ever', async () => {
    const api = openHttpApi(await tricklingServer(), { answerTimeoutMs: 100 });
    const error = await failureOf(api.send(aRequest({ isSmall: true }), readText));
    expect(error).toBeInstanceOf(OrgUnreachableError);
    expect(error).toMatchObject({
      message: 'Could not read the limits: the answer was not whole after 0.1 s.',
      mayHaveActed: true,
    });
  });

  test('may take as long as it takes when it is large', async () => {
    const api = openHttpApi(await tricklingServer(40), { answerTimeoutMs: 20 });
    expect(await api.send(aRequest(), readText)).toHaveLength(40);
  });

  async function tricklingServer(bytes = Infinity): Promise<string> {
    const { origin } = await httpServer((_, response) => {
      let left = bytes;
      const timer = setInterval(() => {
        left -= 1;
        if (left > 0) response.write('.');
        else response.end('.');
      }, 5);
      response.on('close', () => clearInterval(timer));
    });
    return origin;
  }
});
