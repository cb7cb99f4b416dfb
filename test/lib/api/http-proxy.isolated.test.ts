import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readJson } from '../../../src/lib/api/port.js';
import { aRequest, openHttpApi } from '../../support/http-api.ts';
import { closedPort, httpServer, sendJson, tunnelProxy } from '../../support/http-server.ts';
import { failureOf } from '../../support/failure-of.ts';

const org = 'http://org.example';

beforeEach(() => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']) {
    vi.stubEnv(name, undefined);
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the proxy that the environment names', () => {
  test('carries the requests', async () => {
    const proxy = await httpServer((_, response) => sendJson(response, 200, { via: 'proxy' }));
    vi.stubEnv('HTTP_PROXY', proxy.origin);
    await expect(openHttpApi(org).send(aRequest(), readJson)).resolves.toEqual({ via: 'proxy' });
    expect(proxy.requests).toEqual([`GET ${org}/services/data/v60.0/limits`]);
  });

  test('is passed by for the hosts of NO_PROXY', async () => {
    const proxy = await httpServer((_, response) => sendJson(response, 200, { via: 'proxy' }));
    const direct = await httpServer((_, response) => sendJson(response, 200, { via: 'nobody' }));
    vi.stubEnv('HTTP_PROXY', proxy.origin);
    vi.stubEnv('NO_PROXY', 'localhost,127.0.0.1');
    await expect(openHttpApi(direct.origin).send(aRequest(), readJson)).resolves.toEqual({ via: 'nobody' });
    expect(proxy.requests).toEqual([]);
  });

  test('tunnels to an org with TLS, and never sees the token', async () => {
    const proxy = await tunnelProxy(200);
    vi.stubEnv('HTTPS_PROXY', proxy.origin);
    const error = await failureOf(openHttpApi('https://org.example').send(aRequest(), readJson));
    expect(error).toMatchObject({ name: 'OrgUnreachableError' });
    expect(proxy.hosts[0]).toBe('org.example:443');
    expect(proxy.received[0]!.includes('http/1.1')).toBe(true);
    expect(Buffer.concat(proxy.received).includes('first')).toBe(false);
  });

  test.each([407, 502])('that refuses with %i is told as such, and nothing was sent', async (status) => {
    const proxy = await tunnelProxy(status);
    vi.stubEnv('HTTPS_PROXY', proxy.origin);
    const error = await failureOf(openHttpApi('https://org.example').send(aRequest(), readJson));
    expect(error).toMatchObject({ name: 'OrgUnreachableError', mayHaveActed: false });
    expect(error.message).toContain(`the proxy answered ${status}`);
  });

  test('that is not there means that nothing was sent', async () => {
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${await closedPort()}`);
    const error = await failureOf(openHttpApi('https://org.example').send(aRequest(), readJson));
    expect(error).toMatchObject({ name: 'OrgUnreachableError', mayHaveActed: false });
  });
});
