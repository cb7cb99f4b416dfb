import { expect, test } from 'vitest';
import { readText } from '../../../src/lib/api/port.js';
import { queryJobs, type QueryJobs } from '../../../src/lib/api/query-jobs.js';
import { jobAnswer } from '../../support/job-answer.ts';
import { recordingApi } from '../../support/recording-api.ts';
import { json } from '../../support/reply.ts';

const id = '750000000000001AAA';

test.each([
  [{ 'sforce-locator': 'MTAwMDA', 'sforce-numberofrecords': '10000' }, 'MTAwMDA', 10_000],
  [{ 'sforce-locator': 'null', 'sforce-numberofrecords': '0' }, undefined, 0],
  [{ 'sforce-locator': '' }, undefined, undefined],
  [{}, undefined, undefined],
])('a page with the headers %o', async (headers, nextLocator, records) => {
  const api = recordingApi({ status: 200, headers, body: '"Id"\n' });
  const read = await queryJobs(api).results(id, { locator: 'L', maxRecords: 5 }, async (response, head) => ({
    head,
    text: await readText(response),
  }));
  expect(read).toEqual({ head: { nextLocator, records }, text: '"Id"\n' });
  expect(api.requests).toMatchObject([
    { path: `jobs/query/${id}/results`, query: { locator: 'L', maxRecords: 5 }, repeatable: true },
  ]);
});

test.each<[string, (jobs: QueryJobs) => Promise<unknown>, object]>([
  [
    'creating may be repeated',
    (jobs) => jobs.create({ operation: 'queryAll', query: 'SELECT Id FROM Account' }),
    {
      method: 'POST',
      path: 'jobs/query',
      body: '{"operation":"queryAll","query":"SELECT Id FROM Account"}',
      repeatable: true,
    },
  ],
  ['aborting may not', (jobs) => jobs.abort(id), { method: 'PATCH', repeatable: false }],
  ['asking may', (jobs) => jobs.info(id), { method: 'GET', path: `jobs/query/${id}`, repeatable: true }],
  ['deleting may', (jobs) => jobs.remove(id), { method: 'DELETE', repeatable: true }],
  ['listing may', (jobs) => jobs.list(), { method: 'GET', path: 'jobs/query' }],
  ['its pages', (jobs) => jobs.resultPages(id), { path: `jobs/query/${id}/resultPages` }],
  [
    'further pages, where the org says',
    (jobs) =>
      jobs.resultPages(id, { nextUrl: `/services/data/v60.0/jobs/query/${id}/resultpages?locator=x` }),
    { path: `/services/data/v60.0/jobs/query/${id}/resultpages?locator=x` },
  ],
])('%s', async (_, call, request) => {
  const api = recordingApi(json(200, jobAnswer({ id, records: [], resultPages: [] })));
  await call(queryJobs(api));
  expect(api.requests).toMatchObject([request]);
});

test('a page can be cancelled on its own', async () => {
  const api = recordingApi();
  const { signal } = new AbortController();
  await queryJobs(api, new AbortController().signal).results(id, { signal }, readText);
  expect(api.requests[0]?.signal).toBe(signal);
});
