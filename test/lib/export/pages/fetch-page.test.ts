import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ApiError } from '../../../../src/lib/api/errors.js';
import type { PageHead } from '../../../../src/lib/api/query-jobs.js';
import { queryJobs } from '../../../../src/lib/api/query-jobs.js';
import { withRetry } from '../../../../src/lib/api/retry.js';
import { fetchPage } from '../../../../src/lib/export/pages/fetch-page.js';
import { PageFlow } from '../../../../src/lib/export/pages/page-flow.js';
import { FakeOrg } from '../../../support/fake-org.ts';
import { failOnceApi, slowBodyApi, truncatingApi } from '../../../support/faulty-apis.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const policy = { attempts: 3, attemptsBeforeFirstAnswer: 3, firstWaitMs: 1, longestWaitMs: 1 };

test('a page is taken without its header line, which is told apart', async () => {
  const told: string[] = [];
  const tell = (header: Buffer) => told.push(header.toString());
  const { fetched, flow } = await fetchFirst(orgWithTwoPages(), undefined, tell);
  expect(fetched).toMatchObject({ rows: 2, head: { nextLocator: 'to-1', records: 2 } });
  expect(told).toEqual(['"Id","Name"']);
  expect(await text(flow.read())).toBe('"1","a\nb"\n"2",""\n');
});

test('the head is told before the body is there', async () => {
  const told: string[] = [];
  await fetchFirst(
    slowBodyApi(orgWithTwoPages(), () => {
      told.push('body begins');
      return 20;
    }),
    ({ nextLocator }) => told.push(`head: ${nextLocator}`),
  );
  expect(told).toEqual(['body begins', 'head: to-1']);
});

test('the header is told once, when it is there', async () => {
  const told: string[] = [];
  const api = truncatingApi(orgWithTwoPages(), 25, { when: () => true });
  await fetchFirst(api, undefined, (header) => told.push(header.toString()));
  expect(told).toEqual(['"Id","Name"']);
});

test('after a page that broke off, only the whole one is held', async () => {
  const api = truncatingApi(orgWithTwoPages(), 25, { when: () => true });
  const { flow } = await fetchFirst(api);
  expect(await text(flow.read())).toBe('"1","a\nb"\n"2",""\n');
});

test('results that the org does not know yet are asked for again', async () => {
  const unknown = new ApiError('no', { status: 404, errorCode: 'NOT_FOUND' });
  const api = failOnceApi(orgWithTwoPages(), unknown, { when: () => true, times: 2 });
  const { fetched } = await fetchFirst(api);
  expect(fetched.rows).toBe(2);
});

function orgWithTwoPages(): FakeOrg {
  const org = new FakeOrg();
  org.query.pages = ['"1","a\nb"\n"2",""\n', '"3","c"\n'];
  return org;
}

async function fetchFirst(
  api: Parameters<typeof withRetry>[0],
  onHead: (head: PageHead) => void = () => undefined,
  onHeader: (header: Buffer) => void = () => undefined,
) {
  const flow = new PageFlow(join(await tempFolder(), 'page-0'));
  const fetched = await fetchPage({
    jobs: queryJobs(withRetry(api, undefined, policy)),
    jobId: new FakeOrg().query.id,
    locator: undefined,
    flow,
    signal: new AbortController().signal,
    onHead,
    onHeader,
    onTenth: () => undefined,
  });
  flow.end();
  return { fetched, flow };
}
