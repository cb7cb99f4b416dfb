import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { deedText, orgText } from '../../../src/cli/by-query/by-query-text.js';
import type { OrgApi } from '../../../src/lib/api/port.js';
import type { FoundRecords } from '../../../src/lib/by-query/by-query.js';
import type { RunContext } from '../../../src/lib/run/context.js';

test.each([
  [{ IsSandbox: false, OrganizationType: 'Enterprise Edition' }, 'acme.my', 'the PRODUCTION org'],
  [
    { IsSandbox: false, OrganizationType: 'Developer Edition' },
    'acme-dev-ed.my',
    'the Developer Edition org',
  ],
  [{ IsSandbox: true, OrganizationType: 'Enterprise Edition' }, 'acme--uat.sandbox.my', 'the sandbox'],
  [{ IsSandbox: true, OrganizationType: 'Developer Edition' }, 'x.scratch.my', 'the scratch org'],
])('an org with %o at %s is called %s', async (record, host, text) => {
  const instanceUrl = `https://${host}.salesforce.com`;
  const api = {
    requestCount: 0,
    send: (_, read) =>
      read({
        status: 200,
        headers: {},
        body: Readable.from([Buffer.from(JSON.stringify({ totalSize: 1, done: true, records: [record] }))]),
      }),
  } as OrgApi;
  const context = { api, org: { username: 'me@example.com', instanceUrl, apiVersion: '67.0' } };
  expect(await orgText(context as RunContext)).toBe(`${text} me@example.com (${instanceUrl})`);
});

test.each([
  [
    { Industry: 'Utilities', Phone: null },
    'set Industry to "Utilities", Phone to nothing in 1,200 Account records',
  ],
  [{ Name: '${Name} (old)' }, 'set Name to "${Name} (old)" in 1,200 Account records'],
])('a change to %o is asked about as what it sets', (change, text) => {
  const found = { request: { operation: 'update', soql: '', change }, count: 1200, object: 'Account' };
  expect(deedText(found as unknown as FoundRecords)).toBe(text);
});
