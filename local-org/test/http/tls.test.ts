import { existsSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { once } from 'node:events';
import { connect } from 'node:net';
import { rootCertificates } from 'node:tls';
import { expect, it } from 'vitest';
import { startOrg as startAny } from '../../start.ts';
import { Client } from './client.ts';
import { spawnOrg, startOrg } from './over-tls.ts';

it('an org is reached over HTTP unless TLS is asked for', async () => {
  await using plain = await startAny();
  expect(plain.url).toMatch(/^http:/);
  expect(plain.certificateFile).toBeUndefined();
  expect((await new Client(plain).ask('GET limits')).status).toBe(200);
});

it('with TLS there is no answer over HTTP, and none for a client that was not told to trust it', async () => {
  await using org = await startOrg();
  await expect(fetch(org.url.replace('https:', 'http:'))).rejects.toThrow();
  const untold = get(org.url, { ca: [...rootCertificates], agent: false });
  const [error] = (await once(untold, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  expect((await org.counters()).apiRequests).toBe(0);
});

it('orgs of one process share a certificate, so that clients are told once', async () => {
  await using one = await startOrg();
  await using two = await startOrg();
  expect(readFileSync(two.certificateFile!, 'utf8')).toBe(readFileSync(one.certificateFile!, 'utf8'));
});

it('orgs of several processes are trusted side by side', async () => {
  await using one = await startOrg();
  await using two = await spawnOrg();
  await using three = await spawnOrg();
  expect(
    new Set([one, two, three].map(({ certificateFile }) => readFileSync(certificateFile!, 'utf8'))).size,
  ).toBe(3);
  for (const org of [one, two, three]) expect((await new Client(org).ask('GET limits')).status).toBe(200);
});

it('takes its certificate file away when it stops', async () => {
  const org = await startOrg();
  expect(existsSync(org.certificateFile!)).toBe(true);
  await org.stop();
  expect(existsSync(org.certificateFile!)).toBe(false);
});

it('stops although a client never begins its handshake', async () => {
  const org = await startOrg();
  const silent = connect(Number(new URL(org.url).port), '127.0.0.1');
  await once(silent, 'connect');
  await expect.poll(async () => (await org.counters()).connections).toBe(1);
  const closed = once(silent, 'close');
  await org.stop();
  await closed;
});

it('names itself in its answers with the scheme that it is reached by', async () => {
  await using org = await startOrg();
  const { json } = await new Client(org).ask(`GET /id/${org.orgId}/${org.userId}`);
  expect(json.id).toBe(`${org.url}/id/${org.orgId}/${org.userId}`);
});
