import { readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ApiError } from '../../../../src/lib/api/errors.js';
import type { OrgApi } from '../../../../src/lib/api/port.js';
import type { PagesOptions } from '../../../../src/lib/export/pages/page-queue.js';
import { pagesOf } from '../../../../src/lib/export/pages/pages.js';
import { RowCountError } from '../../../../src/lib/errors.js';
import { failureOf } from '../../../support/failure-of.ts';
import { FakeOrg } from '../../../support/fake-org.ts';
import type { PagesShape } from '../../../support/fake-query-jobs.ts';
import {
  failOnceApi,
  haltingBodyApi,
  lyingHeaderApi,
  slowApi,
  slowBodyApi,
} from '../../../support/faulty-apis.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { isPage, optionsFor, orgWith, orgWithLargePages, readAll } from '../pages-bench.ts';

const shapes: PagesShape[] = [
  'documented',
  'chunks',
  'missing',
  'of another chain',
  'one page short',
  'astray in its second part',
  'the same part again',
  'too long',
];

describe('all pages, in order', () => {
  test('whatever their number, their delays, the concurrency and the list that the org gives', async () => {
    const folder = await tempFolder();
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          pageCount: fc.integer({ min: 1, max: 13 }),
          concurrency: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
          shape: fc.constantFrom(...shapes),
          delays: fc.infiniteStream(fc.nat(4)),
          waitsForWhole: fc.boolean(),
          records: fc.constantFrom(undefined, 200_000),
        }),
        async ({ pageCount, concurrency, shape, delays, ...how }) => {
          const org = orgWith(pageCount, shape);
          const nextDelay = () => delays.next().value as number;
          const api = slowBodyApi(slowApi(org, nextDelay), nextDelay);
          const read = await readAll({ folder, api, jobId: org.query.id, concurrency, ...how });
          expect(read.text).toBe(org.query.pages.join(''));
          expect(read.rows).toBe(pageCount * 2);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('no more at once than the concurrency allows, and as many', async () => {
    expect(await mostAtOnce({ concurrency: 3 })).toBe(3);
  });

  test('twelve at once where nothing is said and they come quickly', async () => {
    expect(await mostAtOnce({ concurrency: undefined })).toBe(12);
  });

  test('twelve at once as soon as a tenth of the first one has come quickly', async () => {
    const { promise: areTwelve, resolve } = Promise.withResolvers<undefined>();
    const halting = haltingBodyApi(orgWith(20), areTwelve);
    const atOnce = mostAtOnce(
      { concurrency: undefined },
      halting,
      (most) => most === 12 && resolve(undefined),
    );
    expect(await atOnce).toBe(12);
  });

  test('four at once where nothing is said and they come slowly', async () => {
    let nowMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 10_001));
    onTestFinished(() => void vi.restoreAllMocks());
    expect(await mostAtOnce({ concurrency: undefined })).toBe(4);
  });

  test('cost one request each, and one for the list of every five', async () => {
    const org = orgWith(10);
    const api = slowApi(org, ({ path }) => (path.endsWith('/results') ? 5 : 0));
    await readAll({ api, jobId: org.query.id });
    expect(org.requests.filter((each) => each.includes('/results'))).toHaveLength(10);
    expect(org.requests.filter((each) => each.toLowerCase().includes('resultpages'))).toHaveLength(2);
  });

  test('from the page where an interrupted export stopped', async () => {
    const org = orgWith(8);
    const read = await readAll({ api: org, jobId: org.query.id, from: { page: 5, locator: 'to-5' } });
    expect(read.indexes).toEqual([5, 6, 7]);
    expect(read.text).toBe(org.query.pages.slice(5).join(''));
  });

  test('an empty result is one page with a header and no rows', async () => {
    const org = new FakeOrg();
    const read = await readAll({ api: org, jobId: org.query.id });
    expect(read).toEqual({ text: '', rows: 0, indexes: [0], headers: ['"Id","Name"'] });
  });
});

describe('a page in its turn', () => {
  test('ends with a line ending, like those of the page, so that the next one can follow', async () => {
    const org = orgWith(2);
    org.query.header = '"Id","Name"\r';
    org.query.pages = ['"1","a"\r\n"2","b"', '"3","c"\r\n'];
    const api = lyingHeaderApi(org, { 'sforce-numberofrecords': '2' }, { when: isPage(0) });
    expect((await readAll({ api, jobId: org.query.id })).text).toBe('"1","a"\r\n"2","b"\r\n"3","c"\r\n');
  });

  test('that is larger than memory should hold is read whole', async () => {
    const folder = await tempFolder();
    const org = orgWithLargePages(3);
    const read = await readAll({ folder, api: org, jobId: org.query.id });
    expect(read.text === org.query.pages.join('')).toBe(true);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a reader that stops', () => {
  test('in the middle of a page that still comes leaves nothing behind', async () => {
    const folder = await tempFolder();
    const org = orgWithLargePages(9);
    for await (const page of pagesOf(optionsFor({ folder, api: org, jobId: org.query.id }))) {
      expect((await page.rows()[Symbol.asyncIterator]().next()).done).toBe(false);
      break;
    }
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([1, 4])('early leaves no files and no requests behind (concurrency %i)', async (concurrency) => {
    const folder = await tempFolder();
    const org = orgWithLargePages(9);
    const api = slowApi(org, () => 1);
    for await (const page of pagesOf(optionsFor({ folder, api, jobId: org.query.id, concurrency }))) {
      expect((await page.whole()).rowCount).toBe(3_000);
      expect(await readdir(folder)).toContain('page-0');
      break;
    }
    const requestCount = org.requests.length;
    expect(requestCount).toBeLessThanOrEqual(concurrency + 2);
    expect(await readdir(folder)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(org.requests).toHaveLength(requestCount);
  });

  test('early does not wait for the pages that are still on their way', async () => {
    const org = orgWith(4);
    const api = slowApi(org, ({ query }) => (query?.locator === 'to-2' ? 60_000 : 0));
    for await (const page of pagesOf(optionsFor({ api, jobId: org.query.id }))) {
      expect(page.index).toBe(0);
      break;
    }
  });

  test('by failing gets its own error', async () => {
    const org = orgWith(9);
    const reading = async () => {
      for await (const page of pagesOf(optionsFor({ api: org, jobId: org.query.id }))) {
        if (page.index === 1) throw new Error('disk full');
      }
    };
    await expect(reading()).rejects.toThrow('disk full');
  });

  test('by its signal gets the reason, and leaves no files', async () => {
    const folder = await tempFolder();
    const org = orgWithLargePages(9);
    const stop = new AbortController();
    const api = slowApi(org, () => 1);
    const reading = async () => {
      const pages = pagesOf(optionsFor({ folder, api, jobId: org.query.id, signal: stop.signal }));
      for await (const page of pages) if (page.index === 1) stop.abort(new Error('stopped'));
    };
    const error = await failureOf(reading());
    expect([error.message, (error.cause as Error | undefined)?.message]).toContain('stopped');
    expect(await readdir(folder)).toEqual([]);
  });
});

test('pages that lead in a circle end the export, not the disk', async () => {
  const org = orgWith(3, 'missing');
  const api = lyingHeaderApi(org, { 'sforce-locator': 'to-1' }, { when: isPage(2), times: Infinity });
  const error = await failureOf(readAll({ api, jobId: org.query.id }));
  expect(error).toBeInstanceOf(RowCountError);
  expect(error.message).toContain('returned locator to-1 of job');
});

test('a page that the org refuses ends the export with its error', async () => {
  const org = orgWith(6);
  const refused = new ApiError('no', { status: 409, errorCode: 'CONFLICT' });
  const api = failOnceApi(org, refused, { when: isPage(2) });
  expect(await failureOf(readAll({ api, jobId: org.query.id }))).toBe(refused);
});

/** Of the pages of a job of twenty: how many were fetched at the same time. */
async function mostAtOnce(
  options: Pick<PagesOptions, 'concurrency'>,
  api = slowBodyApi(orgWith(20), () => 5),
  onMost: (most: number) => unknown = () => undefined,
): Promise<number> {
  let running = 0;
  let most = 0;
  const counting: OrgApi = {
    requestCount: 0,
    async send(request, read) {
      running += 1;
      most = Math.max(most, running);
      onMost(most);
      return api.send(request, read).finally(() => {
        running -= 1;
      });
    },
  };
  await readAll({ api: counting, jobId: new FakeOrg().query.id, apiVersion: '57.0', ...options });
  return most;
}
