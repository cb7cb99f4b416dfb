import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Org } from '../../start.ts';
import { Client, type Json } from './client.ts';
import { startOrg } from './over-tls.ts';

let org: Org;

beforeAll(async () => {
  org = await startOrg();
});
afterAll(() => org.stop());

describe('OAuth tokens', () => {
  const token = (form: Record<string, string>, door = org): ReturnType<Client['ask']> =>
    new Client(door).ask('POST /services/oauth2/token', {
      body: new URLSearchParams(form).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: '' },
    });

  it('are shaped 00D…!…', () => {
    expect(org.accessToken).toMatch(/^(00D\w{12,15})![.\w]*$/);
  });

  it('are given again for the refresh token, and the old one ends', async () => {
    await using other = await startOrg();
    const old = other.accessToken;
    await other.expireSession();
    expect(
      (await new Client(other).ask('GET limits', { headers: { Authorization: `Bearer ${old}` } })).status,
    ).toBe(401);
    const { json } = await token(
      { grant_type: 'refresh_token', refresh_token: other.refreshToken, client_id: 'PlatformCLI' },
      other,
    );
    expect(json).toMatchObject({
      access_token: other.accessToken,
      instance_url: other.url,
      id: `${other.url}/id/${other.orgId}/${other.userId}`,
      token_type: 'Bearer',
    });
    expect(Object.keys(json).sort()).toEqual(
      'access_token id instance_url issued_at scope signature token_type'.split(' '),
    );
    expect((await new Client(other).ask('GET limits')).status).toBe(200);
    await other.revokeSession();
    const ended = await token({ grant_type: 'refresh_token', refresh_token: 'gone' }, other);
    expect([ended.status, ended.json]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'expired access/refresh token' },
    ]);
  });

  it('are given for a JWT of the user, whatever its expiry', async () => {
    const part = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const assertion = (sub: string): string =>
      `${part({ alg: 'RS256' })}.${part({ sub, exp: Date.now() + 300 })}.c2ln`;
    const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    expect((await token({ grant_type: grant, assertion: assertion(org.username) })).json).toHaveProperty(
      'access_token',
    );
    expect((await token({ grant_type: grant, assertion: assertion('eve') })).json).toMatchObject({
      error: 'invalid_grant',
    });
    expect((await token({ grant_type: 'password' })).json).toMatchObject({ error: 'unsupported_grant_type' });
  });

  it('end when they are revoked', async () => {
    await using other = await startOrg();
    const old = other.accessToken;
    await new Client(other).ask('POST /services/oauth2/revoke', { body: `token=${encodeURIComponent(old)}` });
    expect(
      (await new Client(other).ask('GET limits', { headers: { Authorization: `Bearer ${old}` } })).status,
    ).toBe(401);
  });
});
