import { expect, test } from 'vitest';
import { readText } from '../../../src/lib/api/port.js';
import { queryJobs, type QueryJobs, resultPages } from '../../../src/lib/api/query-jobs.js';
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

const step = 'list the result pages';
const base = '/services/data/v60.0/jobs/query/750/results';

test('the documented shape gives locators in order, the first page having none', () => {
  const answer = {
    resultPages: [{ resultUrl: base }, { resultUrl: `${base}?locator=aBc` }],
    nextRecordsUrl: '/services/data/v60.0/jobs/query/750/resultpages?locator=dEf',
    done: false,
  };
  expect(resultPages(answer, step)).toEqual({ locators: ['', 'aBc'], next: answer.nextRecordsUrl });
});

test('the shape that live orgs were seen to give', () => {
  const answer = { resultChunks: [{ resultLink: `${base}?locator=aBc` }], nextRecordUrl: '/more' };
  expect(resultPages(answer, step)).toEqual({ locators: ['aBc'], next: '/more' });
});

test('done ends the list, whatever else is said', () => {
  expect(resultPages({ resultPages: [], nextRecordsUrl: '/more', done: true }, step).next).toBeUndefined();
  expect(resultPages({ resultPages: [], nextRecordsUrl: null, done: false }, step).next).toBeUndefined();
});

test('of an address on a foreign host only the locator is taken', () => {
  const answer = { resultPages: [{ resultUrl: 'https://evil.example/steal?locator=aBc&x=1' }] };
  expect(resultPages(answer, step).locators).toEqual(['aBc']);
});

test('an answer without any list is an empty list', () => {
  expect(resultPages({}, step)).toEqual({ locators: [], next: undefined });
});

test.each([
  [{ resultPages: 'x' }, '"x" for the pages'],
  [{ resultPages: [null] }, 'null for a page'],
  [{ resultPages: [{ resultUrl: 'http://[' }] }, '"http://[" for the address of a page'],
  [{ nextRecordsUrl: 7 }, '7 for the next address'],
  [[], 'a list for the list of pages'],
])('%j is refused by name', (answer, named) => {
  expect(() => resultPages(answer, step)).toThrow(`Could not list the result pages: the response isn't what`);
  expect(() => resultPages(answer, step)).toThrow(named);
});
