import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ApiRequest, OrgApi } from '../../../src/lib/api/port.js';
import { queryJobs } from '../../../src/lib/api/query-jobs.js';
import { withRetry } from '../../../src/lib/api/retry.js';
import { PageRestartedError } from '../../../src/lib/export/pages/page-flow.js';
import type { PagesOptions } from '../../../src/lib/export/pages/page-queue.js';
import { pagesOf, type Page } from '../../../src/lib/export/pages/pages.js';
import { FakeOrg } from '../../support/fake-org.ts';
import type { PagesShape } from '../../support/fake-query-jobs.ts';

const policy = { attempts: 3, attemptsBeforeFirstAnswer: 3, firstWaitMs: 1, longestWaitMs: 1 };

/** An org with a result of so many pages, two rows each. */
export function orgWith(pageCount: number, shape: PagesShape = 'documented'): FakeOrg {
  const org = new FakeOrg();
  org.query.pages = Array.from({ length: pageCount }, (_, page) => `"${page}","first"\n"${page}","second"\n`);
  org.query.shape = shape;
  return org;
}

/** Pages of three megabytes, more than is held in memory. */
export function orgWithLargePages(pageCount: number): FakeOrg {
  const org = new FakeOrg();
  org.query.pages = Array.from({ length: pageCount }, (_, page) =>
    `"${page}","${'x'.repeat(1_000)}"\n`.repeat(3_000),
  );
  return org;
}

export function isPage(page: number): (request: ApiRequest) => boolean {
  return ({ path, query }) =>
    path.endsWith('/results') && query?.locator === (page === 0 ? undefined : `to-${page}`);
}

export type Reading = Partial<Omit<PagesOptions, 'jobs'>> & {
  readonly folder?: string;
  readonly api: OrgApi;
  readonly jobId: string;
  /** Whether each page is read only when it has proved whole. Default: true. */
  readonly waitsForWhole?: boolean;
  /** Whether pages may not touch the disk. */
  readonly isPrivate?: boolean;
};

export function optionsFor({
  folder = '/nowhere',
  api,
  waitsForWhole: _,
  isPrivate = false,
  ...options
}: Reading): PagesOptions {
  return {
    jobs: queryJobs(withRetry(api, undefined, policy)),
    apiVersion: '60.0',
    concurrency: 4,
    ...(isPrivate ? {} : { spoolPrefix: join(folder, 'page-') }),
    signal: new AbortController().signal,
    ...options,
  };
}

/** The rows of a page, taken once more when it begins again. */
async function textOf(page: Page): Promise<string> {
  for (;;) {
    try {
      return await text(page.rows());
    } catch (error) {
      if (!(error instanceof PageRestartedError)) throw error;
    }
  }
}

export async function readAll(reading: Reading) {
  const read = { text: '', rows: 0, indexes: [] as number[], headers: [] as string[] };
  for await (const page of pagesOf(optionsFor(reading))) {
    if (reading.waitsForWhole !== false) await page.whole();
    read.text += await textOf(page);
    read.rows += (await page.whole()).rowCount;
    read.indexes.push(page.index);
    read.headers.push(page.header.toString());
  }
  return { ...read, headers: [...new Set(read.headers)] };
}
