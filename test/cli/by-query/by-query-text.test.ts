import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { orgText } from '../../../src/cli/by-query/by-query-text.js';
import type { OrgApi } from '../../../src/lib/api/port.js';
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
