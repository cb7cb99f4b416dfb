import { expect, test } from 'vitest';
import { OrgUnreachableError, SessionExpiredError } from '../../../src/lib/api/errors.js';
import { sessionOf } from '../../../src/lib/api/session.js';
import { orgConnection } from '../../support/org-connection.ts';
import { failureOf } from '../../support/failure-of.ts';

test.each(['https://org.example', 'https://org.example/'])(
  '%s gives addresses with single slashes',
  (url) => {
    const session = sessionOf(orgConnection(url));
    expect(session).toMatchObject({ origin: 'https://org.example', basePath: '/services/data/v60.0' });
  },
);

test('another API version than the connection has can be asked for', () => {
  expect(sessionOf(orgConnection('https://org.example'), '62.0').basePath).toBe('/services/data/v62.0');
});

test('a token in the place of a name is told to nobody', async () => {
  const token = '00D000000000001!secret';
  const connection = {
    ...orgConnection('https://org.example', { accessToken: token }),
    getUsername: () => token,
  };
  const session = sessionOf(connection);
  expect(session.username).toBeUndefined();
  const { message } = await failureOf<Error>(session.renew(token));
  expect(message).toContain('https://org.example');
  expect(message).not.toContain('secret');
});

test('the token is that of the moment', () => {
  const connection = orgConnection('https://org.example');
  const session = sessionOf(connection);
  connection.accessToken = 'second';
  expect(session.token()).toBe('second');
});

test('callers that met the same stale token share one renewal', async () => {
  const connection = orgConnection('https://org.example/', {
    renew: async (self) => {
      await new Promise((resolve) => setImmediate(resolve));
      self.accessToken = 'second';
    },
  });
  const session = sessionOf(connection);
  await Promise.all([session.renew('first'), session.renew('first'), session.renew('first')]);
  await session.renew('first');
  expect(connection.renewals).toEqual(['https://org.example/services/data/v60.0']);
});

test('a second expiry is renewed again', async () => {
  const connection = orgConnection('https://org.example');
  const session = sessionOf(connection);
  await session.renew('first');
  await session.renew('renewed-1');
  expect(session.token()).toBe('renewed-2');
});

test.each([
  ['throws', () => Promise.reject(new Error('expired access/refresh token'))],
  ['gives the same token again', () => undefined],
])('a renewal that %s names the user and the way back in', async (_, renew) => {
  const session = sessionOf(orgConnection('https://org.example', { renew }));
  const error = await failureOf(session.renew('first'));
  expect(error).toBeInstanceOf(SessionExpiredError);
  expect(error).toMatchObject({
    message: 'The session of ada@example.com at https://org.example has expired and could not be renewed.',
    actions: ['Log in again: sf org login web --instance-url https://org.example'],
  });
});

test.each([
  'Unable to refresh session due to: Error authenticating with the refresh token due to: fetch failed',
  'Unable to refresh session due to: Error authenticating with the refresh token due to: ',
  'Unable to refresh session due to: Error authenticating with the refresh token due to: <html>Sorry</html>',
])(
  'a login that could not be reached says nothing about the session, and may be tried again: %s',
  async (words) => {
    const renew = () => {
      throw new Error(words);
    };
    const session = sessionOf(orgConnection('https://org.example', { renew }));
    const error = await failureOf(session.renew('first'));
    expect(error).toBeInstanceOf(OrgUnreachableError);
    expect(error).toMatchObject({
      mayHaveActed: false,
      message: expect.stringContaining('org.example') as string,
    });
  },
);

test('after a renewal that failed the next one is tried anew', async () => {
  let tries = 0;
  const connection = orgConnection('https://org.example', {
    renew: (self) => {
      tries += 1;
      if (tries === 1) throw new Error('blip');
      self.accessToken = 'second';
    },
  });
  const session = sessionOf(connection);
  await expect(session.renew('first')).rejects.toThrow(SessionExpiredError);
  await session.renew('first');
  expect(session.token()).toBe('second');
});
