import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ApiError, ForeignAddressError } from '../../../../src/lib/api/errors.js';
import type { ApiRequest, OrgApi } from '../../../../src/lib/api/port.js';
import { queryJobs } from '../../../../src/lib/api/query-jobs.js';
import { LocatorFeed } from '../../../../src/lib/export/pages/locator-feed.js';
import { FakeOrg } from '../../../support/fake-org.ts';
import type { PagesShape } from '../../../support/fake-query-jobs.ts';
import { failOnceApi, slowApi } from '../../../support/faulty-apis.ts';

const twelve = Array.from({ length: 12 }, (_, page) => `to-${page}`).slice(1);
const isList = ({ path }: ApiRequest) => path.toLowerCase().includes('resultpages');

describe('the locators of twelve pages', () => {
  test.each<[PagesShape, number]>([
    ['documented', 3],
    ['chunks', 3],
    ['missing', 1],
    ['of another chain', 1],
    ['one page short', 3],
  ])('with a list of pages that is %s: all of them in order, at %i requests', async (shape, requests) => {
    const org = orgWithTwelvePages(shape);
    expect(await follow(org)).toEqual(twelve);
    expect(org.requests).toHaveLength(requests);
  });

  test('before version 58 the list is not asked for', async () => {
    const org = orgWithTwelvePages('documented');
    expect(await follow(org, { apiVersion: '57.0' })).toEqual(twelve);
    expect(org.requests).toEqual([]);
  });

  test.each([
    new ApiError('no', { status: 500, errorCode: 'HTTP_500' }),
    new ForeignAddressError('not on the org'),
  ])('a list that fails in the middle is done without: %s', async (error) => {
    const org = orgWithTwelvePages('documented');
    const api = failOnceApi(org, error, { when: (request) => isList(request) && request.path.includes('?') });
    expect(await follow(org, { api })).toEqual(twelve);
  });

  test('a list that begins elsewhere, as after an interruption, is done without', async () => {
    const org = orgWithTwelvePages('documented');
    expect(await follow(org, { from: 8 })).toEqual(twelve.slice(8));
  });
});

test('a list that is asked for beforehand is believed before any head is there', async () => {
  const org = orgWithTwelvePages('documented');
  const options = { jobs: queryJobs(org), jobId: org.query.id, apiVersion: '60.0', records: 200_000 };
  const feed = new LocatorFeed(options);
  const never = new Promise<never>(() => undefined);
  const followed: Array<string | undefined> = [];
  while (followed.length < twelve.length) followed.push(await feed.after(never));
  expect(followed).toEqual(twelve);
});

test('heads that come before the list are followed, and the list from where they have led', async () => {
  const org = orgWithTwelvePages('documented');
  expect(await follow(org, { api: slowApi(org, () => 300), headMs: 0 })).toEqual(twelve);
  expect(await follow(org, { api: slowApi(org, () => 20), headMs: 8 })).toEqual(twelve);
  expect(org.requests.length).toBeGreaterThan(1);
});

test('a single page has nothing after it, and no list is asked for', async () => {
  const org = new FakeOrg();
  expect(await follow(org)).toEqual([]);
  expect(org.requests).toEqual([]);
});

test('errors of the program are not taken for a missing list', async () => {
  const org = orgWithTwelvePages('documented');
  const api = failOnceApi(org, new TypeError('bug'), { when: isList });
  await expect(follow(org, { api })).rejects.toThrow('bug');
});

function orgWithTwelvePages(shape: PagesShape): FakeOrg {
  const org = new FakeOrg();
  org.query.pages = Array.from({ length: 12 }, () => '');
  org.query.shape = shape;
  return org;
}

type Follow = {
  readonly api?: OrgApi;
  readonly apiVersion?: string;
  readonly from?: number;
  /** How long each head takes. Default: longer than the list. */
  readonly headMs?: number;
};

/** Goes from page to page as the feed says, with the heads that the org would give. */
async function follow(
  org: FakeOrg,
  { api = org, apiVersion = '60.0', from = 0, headMs = 2 }: Follow = {},
): Promise<string[]> {
  const feed = new LocatorFeed({ jobs: queryJobs(api), jobId: org.query.id, apiVersion });
  const followed: string[] = [];
  for (let page = from; ; page += 1) {
    const nextLocator = page + 1 < org.query.pages.length ? `to-${page + 1}` : undefined;
    const locator = await feed.after(sleep(headMs, { nextLocator, records: 0 }));
    if (locator === undefined) return followed;
    followed.push(locator);
  }
}
