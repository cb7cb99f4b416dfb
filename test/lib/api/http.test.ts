import { pipeline, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  ApiError,
  ForeignAddressError,
  UnexpectedAnswerError,
  UnknownOutcomeError,
} from '../../../src/lib/api/errors.js';
import { readJson, readNothing, readText } from '../../../src/lib/api/port.js';
import { classifyFailure } from '../../../src/lib/api/retry.js';
import { aRequest, openHttpApi } from '../../support/http-api.ts';
import { bodyOf, httpServer, sendJson } from '../../support/http-server.ts';
import { failureOf } from '../../support/failure-of.ts';

describe('addresses', () => {
  test('paths stand below the version, with the query encoded', async () => {
    const server = await httpServer((_, response) => sendJson(response, 200, {}));
    const api = openHttpApi(`${server.origin}/`);
    await api.send(aRequest({ path: 'query', query: { q: 'SELECT Id', locator: undefined } }), readJson);
    await api.send(aRequest({ path: '/services/data/v66.0/jobs/ingest?queryLocator=01g-2000' }), readJson);
    expect(server.requests).toEqual([
      'GET /services/data/v60.0/query?q=SELECT+Id',
      'GET /services/data/v66.0/jobs/ingest?queryLocator=01g-2000',
    ]);
    expect(api.requestCount).toBe(2);
  });

  test('an absolute address on the org itself is followed', async () => {
    const server = await httpServer((_, response) => sendJson(response, 200, { ok: true }));
    const path = `${server.origin}/services/data/v60.0/query/01g-2000`;
    await openHttpApi(server.origin).send(aRequest({ path }), readJson);
    expect(server.requests).toEqual(['GET /services/data/v60.0/query/01g-2000']);
  });

  test.each([
    'http://evil.example/services/data/v60.0/query',
    'https://127.0.0.1/services/data',
    '//evil.example/services/data',
    'HTTP://evil.example',
    '/\\evil.example/services/data',
    '/services/oauth2/revoke?token=x',
    '/services/data/../oauth2/userinfo',
    'jobs/query/../../../../%2e%2e/secur/logout.jsp',
  ])('%s is refused for good, and the token is sent to nobody', async (path) => {
    const server = await httpServer((_, response) => sendJson(response, 200, {}));
    const api = openHttpApi(server.origin);
    const error = await failureOf(api.send(aRequest({ path }), readJson));
    expect(error).toBeInstanceOf(ForeignAddressError);
    expect(error.message).toContain(`is not on ${server.origin}`);
    expect(classifyFailure(error, true)).toBe('permanent');
    expect(server.requests).toEqual([]);
    expect(api.requestCount).toBe(0);
  });

  test('redirects are not followed', async () => {
    const other = await httpServer((_, response) => sendJson(response, 200, {}));
    const server = await httpServer((_, response) =>
      response.writeHead(302, { location: other.origin }).end(),
    );
    await expect(openHttpApi(server.origin).send(aRequest(), readJson)).rejects.toMatchObject({
      status: 302,
    });
    expect(other.requests).toEqual([]);
  });
});

describe('requests', () => {
  test('carry the token and the name of the client, and a JSON body its type', async () => {
    const seen: Array<Record<string, unknown>> = [];
    const server = await httpServer((request, response) => {
      void bodyOf(request).then((body) => {
        seen.push({ ...request.headers, body });
        sendJson(response, 200, {});
      });
    });
    const body = '{"state":"Aborted"}';
    await openHttpApi(server.origin).send(
      aRequest({ method: 'PATCH', path: 'jobs/ingest/750', body }),
      readJson,
    );
    expect(seen).toMatchObject([
      {
        authorization: 'Bearer first',
        'sforce-call-options': 'client=sf-bulk2',
        'content-type': 'application/json; charset=UTF-8',
        body,
      },
    ]);
  });

  test('stream a body that is opened for them, with the headers they ask for', async () => {
    const server = await httpServer((request, response) => {
      void bodyOf(request).then((body) => sendJson(response, 201, [request.headers['content-type'], body]));
    });
    const request = aRequest({
      method: 'PUT',
      headers: { 'content-type': 'text/csv' },
      body: async function* () {
        yield* Readable.from([Buffer.from('Name\n'), Buffer.from('Ada\n')]);
      },
    });
    await expect(openHttpApi(server.origin).send(request, readJson)).resolves.toEqual([
      'text/csv',
      'Name\nAda\n',
    ]);
  });

  test.each([
    ['a read is asked for compressed', 'GET', 'gzip'],
    ['an upload has an empty answer and asks for none', 'PUT', undefined],
  ] as const)('%s', async (_, method, encoding) => {
    const server = await httpServer((request, response) => sendJson(response, 200, request.headers));
    const headers = await openHttpApi(server.origin).send(
      aRequest({ method }),
      readJson<Record<string, string>>,
    );
    expect(headers['accept-encoding']).toBe(encoding);
  });
});

describe('answers', () => {
  test('compressed ones are read plain, and header names are in lower case', async () => {
    const server = await httpServer((_, response) => {
      response.writeHead(200, {
        'Content-Encoding': 'gzip',
        'Sforce-Locator': 'null',
        Warning: ['299 - "old"', '299 - "older"'],
      });
      response.end(gzipSync('"Id"\n'));
    });
    const read = await openHttpApi(server.origin).send(aRequest(), async (response) => ({
      locator: response.headers['sforce-locator'],
      warning: response.headers.warning,
      text: await readText(response),
    }));
    expect(read).toEqual({ locator: 'null', warning: '299 - "old", 299 - "older"', text: '"Id"\n' });
  });

  test.each([
    ['204 without a body', 204],
    ['201 with an empty body', 201],
  ])('%s', async (_, status) => {
    const server = await httpServer((__, response) => response.writeHead(status).end());
    await openHttpApi(server.origin).send(aRequest({ method: 'DELETE' }), readNothing);
  });

  test.each([{ gzip: true }, { gzip: false }])(
    'a reader that stops early gets its own error through, and the next request works (%o)',
    async ({ gzip }) => {
      const body = Buffer.alloc(4_000_000, 'x');
      const server = await httpServer((_, response) => {
        if (gzip) response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
        else response.end(body);
      });
      const api = openHttpApi(server.origin, { connections: 1 });
      const stop = api.send(aRequest(), () => Promise.reject(new Error('enough')));
      await expect(stop).rejects.toThrow('enough');
      expect(await api.send(aRequest(), readText)).toHaveLength(body.length);
    },
  );
});

describe('answers that are too large', () => {
  const aMegabyte = gzipSync(Buffer.alloc(1024 * 1024, ' '));

  /** Sends compressed megabytes until nobody takes any more, a thousand at the most. */
  function bomb(status: number) {
    return httpServer((_, response) => {
      response.writeHead(status, { 'content-encoding': 'gzip' });
      const pieces = Readable.from(Array.from({ length: 1000 }, () => aMegabyte));
      pipeline(pieces, response, () => undefined);
    });
  }

  test.each([
    ['read', true, UnexpectedAnswerError],
    ['change', false, UnknownOutcomeError],
  ])('the answer to a %s is not read whole', async (_, repeatable, kind) => {
    const server = await bomb(200);
    const error = await failureOf(openHttpApi(server.origin).send(aRequest({ repeatable }), readJson));
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toBe(
      "Could not read the limits: the response isn't what Salesforce sends, it has more than 16 MB.",
    );
    expect(classifyFailure(error, repeatable)).toBe('permanent');
  });

  test('an error is told by its status', async () => {
    const server = await bomb(503);
    const api = openHttpApi(server.origin, { connections: 1 });
    for (let times = 0; times < 2; times += 1)
      await expect(api.send(aRequest(), readJson)).rejects.toMatchObject({ errorCode: 'HTTP_503' });
  });
});

describe('refusals', () => {
  test.each([
    [400, '[{"errorCode":"INVALIDJOB","message":"InvalidJob : Unable to find object: X"}]', 'INVALIDJOB'],
    [400, '{"errorCode":"API_ERROR","message":"no"}', 'API_ERROR'],
    [420, '<html><body>Routing</body></html>', 'HTTP_420'],
    [503, '<html><body>Down for maintenance</body></html>', 'HTTP_503'],
    [500, '', 'HTTP_500'],
    [502, '[]', 'HTTP_502'],
    [502, '[{"errorCode":7}]', 'HTTP_502'],
  ])('%i %s', async (status, body, errorCode) => {
    const server = await httpServer((_, response) => response.writeHead(status).end(body));
    const error = await failureOf(openHttpApi(server.origin).send(aRequest(), readJson));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status, errorCode, data: { status, errorCode } });
    expect(error.message).toMatch(/^Could not read the limits: .*\.$/);
    expect(error.message).not.toContain('<html>');
  });

  test.each([
    ['7', 7_000],
    ['0', 0],
    ['86400', 300_000],
    ['-5', undefined],
    ['soon', undefined],
  ])('Retry-After: %s is a wait of %s ms', async (header, retryAfterMs) => {
    const server = await httpServer((_, response) =>
      response.writeHead(503, { 'retry-after': header }).end(),
    );
    const asked = openHttpApi(server.origin).send(aRequest(), readJson);
    await expect(asked).rejects.toMatchObject({ retryAfterMs });
  });

  test('Retry-After may be a date', async () => {
    const date = new Date(Date.now() + 20_000).toUTCString();
    const server = await httpServer((_, response) => response.writeHead(503, { 'retry-after': date }).end());
    const error = await failureOf<ApiError>(openHttpApi(server.origin).send(aRequest(), readJson));
    expect(error.retryAfterMs).toBeGreaterThan(15_000);
    expect(error.retryAfterMs).toBeLessThanOrEqual(20_000);
  });
});
