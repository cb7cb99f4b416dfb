import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { SessionExpiredError } from '../../../src/lib/api/errors.js';
import { readJson, readText } from '../../../src/lib/api/port.js';
import { withRetry } from '../../../src/lib/api/retry.js';
import { aRequest, openHttpApi } from '../../support/http-api.ts';
import { bodyOf, httpServer, sendJson, type HttpHandler } from '../../support/http-server.ts';
import { orgConnection } from '../../support/org-connection.ts';
import { failureOf } from '../../support/failure-of.ts';

const expired = [{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }];

describe('a session that expired', () => {
  test('is renewed, and each request carries the token of its moment', async () => {
    const tokens: Array<string | undefined> = [];
    const server = await httpServer((request, response) => {
      tokens.push(request.headers.authorization);
      knowing('renewed-1', request, response);
    });
    const connection = orgConnection(server.origin);
    const api = openHttpApi(connection, { connections: 1 });
    await expect(api.send(aRequest(), readText)).resolves.toBe('""');
    await api.send(aRequest(), readText);
    expect(tokens).toEqual(['Bearer first', 'Bearer renewed-1', 'Bearer renewed-1']);
    expect(api.requestCount).toBe(3);
  });

  test('has the upload opened again from its beginning', async () => {
    const server = await httpServer((request, response) => knowing('renewed-1', request, response));
    let opened = 0;
    const body = () => {
      opened += 1;
      return Readable.from([Buffer.from('Name\n'), Buffer.from('Ada\n')]);
    };
    const api = openHttpApi(server.origin);
    const put = aRequest({ method: 'PUT', repeatable: false, body });
    await expect(api.send(put, readJson)).resolves.toBe('Name\nAda\n');
    expect(opened).toBe(2);
  });

  test('is noticed in the middle of a large upload too', async () => {
    const server = await httpServer((request, response) => {
      if (request.headers.authorization === 'Bearer first') sendJson(response, 401, expired);
      else knowing('renewed-1', request, response);
    });
    const piece = Buffer.alloc(100_000, 'x');
    let closed = 0;
    const body = async function* () {
      try {
        for (let sent = 0; sent < 100; sent += 1) {
          yield piece;
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        closed += 1;
      }
    };
    const put = aRequest({ method: 'PUT', repeatable: false, body });
    const text = await openHttpApi(server.origin).send(put, readJson<string>);
    expect(text).toHaveLength(100 * piece.length);
    expect(closed).toBe(2);
  });

  test.each([100_000, 1_000_000])(
    'leaves its connection to the next request (refusal of %i bytes)',
    async (bytes) => {
      const server = await httpServer((request, response) => {
        if (request.headers.authorization === 'Bearer renewed-1') sendJson(response, 200, {});
        else response.writeHead(401).end('x'.repeat(bytes));
      });
      const api = openHttpApi(server.origin, { connections: 1 });
      await expect(api.send(aRequest(), readText)).resolves.toBe('{}');
    },
  );

  test('is renewed once for many requests at once', async () => {
    const server = await httpServer((request, response) => knowing('renewed-1', request, response));
    const connection = orgConnection(server.origin);
    const api = openHttpApi(connection);
    await Promise.all(Array.from({ length: 6 }, () => api.send(aRequest(), readText)));
    expect(connection.renewals).toHaveLength(1);
  });

  test('and a renewed one that is refused as well ends the work', async () => {
    const server = await httpServer((_, response) => sendJson(response, 401, expired));
    const api = openHttpApi(server.origin);
    const error = await failureOf<SessionExpiredError>(withRetry(api).send(aRequest(), readJson));
    expect(error).toBeInstanceOf(SessionExpiredError);
    expect(error.actions.join()).toContain('sf org login web');
    expect(error.message).not.toMatch(/first|renewed/);
    expect(server.requests).toHaveLength(2);
  });
});

/** Takes one token, and answers with what was sent. */
function knowing(token: string, ...[request, response]: Parameters<HttpHandler>): void {
  void bodyOf(request).then((body) => {
    if (request.headers.authorization === `Bearer ${token}`) sendJson(response, 200, body);
    else sendJson(response, 401, expired);
  });
}
