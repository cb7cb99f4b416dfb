import { expect, test } from 'vitest';
import { OrgUnreachableError } from '../../../src/lib/api/errors.js';
import { brokenAnswer, connectionFailure } from '../../../src/lib/api/network-failure.js';
import { aRequest } from '../../support/http-api.ts';

const origin = 'https://org.example';

test.each([
  [{ code: 'ENOTFOUND', syscall: 'getaddrinfo' }, false, 'there is no address for org.example (ENOTFOUND)'],
  [{ code: 'ECONNREFUSED', syscall: 'connect' }, false, 'nothing answers at org.example (ECONNREFUSED)'],
  [{ code: 'EHOSTUNREACH', syscall: 'connect' }, false, 'the connection was lost to org.example'],
  [{ code: 'EHOSTUNREACH', syscall: 'read' }, true, 'the connection was lost to org.example'],
  [{ code: 'ENETUNREACH', syscall: 'write' }, true, 'the connection was lost to org.example'],
  [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, false, 'no answer in time from org.example'],
  [{ code: 'UND_ERR_HEADERS_TIMEOUT' }, true, 'no answer in time from org.example'],
  [{ code: 'CERT_HAS_EXPIRED' }, false, 'no trusted connection to org.example'],
  [{ code: 'ECONNRESET', syscall: 'read' }, true, 'the connection was lost to org.example (ECONNRESET)'],
  [{ code: 'EPIPE', syscall: 'write' }, true, 'the connection was lost to org.example (EPIPE)'],
  [{ code: 'UND_ERR_SOCKET' }, true, 'the connection was lost to org.example (UND_ERR_SOCKET)'],
  [{ cause: { code: 'ECONNRESET' } }, true, 'the connection was lost to org.example (ECONNRESET)'],
  [{ errors: [{ code: 'ECONNREFUSED' }] }, false, 'nothing answers at org.example (ECONNREFUSED)'],
])('%o: may the org have acted? %s', (detail, mayHaveActed, text) => {
  const failure = connectionFailure(Object.assign(new Error('no'), detail), aRequest(), origin);
  expect(failure).toBeInstanceOf(OrgUnreachableError);
  expect(failure).toMatchObject({ mayHaveActed });
  expect((failure as Error).message).toContain(`Could not read the limits: ${text}`);
  expect((failure as OrgUnreachableError).actions).toHaveLength(mayHaveActed ? 0 : 1);
});

test.each([
  { code: 'ENOENT', syscall: 'open', path: 'x.csv' },
  { code: 'EISDIR', syscall: 'read' },
  { code: 'EIO', syscall: 'read' },
  { code: 'ENOSPC', syscall: 'write' },
  { code: 'EMFILE', syscall: 'open' },
  { code: 'UND_ERR_INVALID_ARG' },
  {},
])('%o did not come from the network and is handed back as it is', (detail) => {
  const cause = Object.assign(new Error('no'), detail);
  expect(connectionFailure(cause, aRequest(), origin)).toBe(cause);
});

test.each([
  [new SyntaxError('Unexpected end of JSON input'), 'it is not valid JSON'],
  [Object.assign(new Error('no'), { code: 'Z_BUF_ERROR' }), 'Z_BUF_ERROR'],
  [new Error('aborted'), 'the connection closed'],
])('an answer that broke off says how: %s', (cause, how) => {
  const failure = brokenAnswer(cause, aRequest());
  expect(failure.message).toBe(`Could not read the limits: the answer did not arrive whole (${how}).`);
  expect(failure.mayHaveActed).toBe(true);
});
