import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { jobFor } from '../../src/lib/api/job-answer.js';
import { refusal } from '../../src/lib/api/refusal.js';
import { sessionOf } from '../../src/lib/api/session.js';
import { Bulk2Error } from '../../src/lib/errors.js';
import { encodeLine } from '../../src/lib/run/line.js';
import { keepSecret, keepSecretsIn, withoutSecrets } from '../../src/lib/secrets.js';
import { aRequest } from '../support/http-api.ts';
import { jobAnswer } from '../support/job-answer.ts';
import { orgConnection } from '../support/org-connection.ts';

const token = '00D000000000001AAA!AQsessionKey.0123456789_abc';
const jobId = '750000000000001AAA';

test('a token that requests are sent with is in no text from then on', () => {
  sessionOf(orgConnection('https://org.example', { accessToken: token })).token();
  expect(withoutSecrets(`Bearer ${token}.`)).toBe('Bearer [access token].');
  expect(withoutSecrets(`token=${encodeURIComponent(token)}`)).not.toContain('sessionKey');
});

test('every token that the session has had stays secret', () => {
  keepSecret(token);
  const renewed = token.replace('AQ', 'AR');
  keepSecret(renewed);
  expect(withoutSecrets(`${token} ${renewed}`)).not.toContain('sessionKey');
});

test('a token is in no text that has it in Base64, wherever it is in there', () => {
  keepSecret(token);
  const key = token.slice(token.indexOf('!') + 1);
  for (const encoding of ['base64', 'base64url'] as const) {
    for (const before of ['', 'a', 'ab', 'user:', '{"authorization":"Bearer ']) {
      const text = withoutSecrets(Buffer.from(`${before}${token}"}`).toString(encoding));
      expect(text).toContain('[access token]');
      const [start = '', end = ''] = text.split('[access token]');
      expect(Buffer.from(start, encoding).toString()).not.toContain(key.slice(0, 8));
      expect(Buffer.from(end, encoding).toString()).not.toContain(key.slice(-8));
    }
  }
});

test('short words stay', () => {
  keepSecret('token');
  keepSecret('');
  expect(withoutSecrets('a token')).toBe('a token');
});

test('tokens are found in what a person has typed', () => {
  const typed = '00D000000000002!AQother.key0123456789';
  const web = 'eyJ0bnkiOiJjb3JlIn0.eyJzY3AiOiJhcGkifQ.c2lnbmF0dXJl-_x';
  keepSecretsIn([`--target-org=${typed}`, web, undefined]);
  expect(withoutSecrets(`No login for ${typed}, nor for ${web}`)).toBe(
    'No login for [access token], nor for [access token]',
  );
});

test('an error tells no token, nor does what it advises', () => {
  keepSecret(token);
  const error = new Bulk2Error(`sent ${token}`, { actions: [`Use ${token}`] });
  expect(error.message).toBe('sent [access token]');
  expect(error.actions).toEqual(['Use [access token]']);
  expect(error.stack).not.toContain('sessionKey');
});

test('nor does a refusal of the org, a job or a journal', async () => {
  keepSecret(token);
  const body = Readable.from([Buffer.from(JSON.stringify([{ errorCode: token, message: token }]))]);
  const error = await refusal(aRequest(), { status: 503, headers: {}, body });
  expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('sessionKey');
  const info = jobFor({})(jobAnswer({ state: 'Failed', errorMessage: `was sent ${token}` }), 'ask');
  expect(info.errorMessage).toBe('was sent [access token]');
  expect(encodeLine({ type: 'abandoned', part: 0, jobId, reason: token })).not.toContain('sessionKey');
});

test('a value that is shown cut has no part of a token in it', () => {
  keepSecret(token);
  const object = `${'x'.repeat(70)}${token}`;
  expect(() => jobFor({})(jobAnswer({ object }), 'ask')).toThrow('xxx[access to…" for the object');
});
