import { readdir } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { OrgUnreachableError } from '../../../../src/lib/api/errors.js';
import type { OrgApi } from '../../../../src/lib/api/port.js';
import { pagesOf } from '../../../../src/lib/export/pages/pages.js';
import { failureOf } from '../../../support/failure-of.ts';
import {
  lyingHeaderApi,
  shorteningApi,
  slowBodyApi,
  truncatingApi,
  type Fault,
} from '../../../support/faulty-apis.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { isPage, optionsFor, orgWith, orgWithLargePages, readAll } from '../pages-bench.ts';

const nearby = { isNearby: true, concurrency: undefined };

describe('a page that does not arrive whole', () => {
  test.each<[string, (org: OrgApi, fault: Fault) => OrgApi]>([
    ['breaks off', (org, fault) => truncatingApi(org, 30, fault)],
    ['ends early, as if that were all', (org, fault) => shorteningApi(org, 24, fault)],
    ['ends early inside a value', (org, fault) => shorteningApi(org, 20, fault)],
    ['is empty', (org, fault) => shorteningApi(org, 0, fault)],
    [
      'says a wrong number of records',
      (org, fault) => lyingHeaderApi(org, { 'sforce-numberofrecords': '3' }, fault),
    ],
  ])('(%s) is fetched again, alone, whether it was being read or not', async (_, broken) => {
    for (const waitsForWhole of [true, false]) {
      const org = orgWith(6);
      const api = broken(org, { when: isPage(3) });
      const read = await readAll({ api, jobId: org.query.id, waitsForWhole });
      expect(read.text).toBe(org.query.pages.join(''));
      const fetched = org.requests.filter((each) => each.includes('/results'));
      expect(fetched).toHaveLength(7);
    }
  });

  test('begins again for whoever has read a part of it, in memory or on disk', async () => {
    const folder = await tempFolder();
    const org = orgWithLargePages(3);
    for (const bytes of [1_000, 400_000, 2_900_000]) {
      const api = truncatingApi(
        slowBodyApi(org, () => 5),
        bytes,
        { when: isPage(1) },
      );
      const read = await readAll({ folder, api, jobId: org.query.id, waitsForWhole: false });
      expect(read.text === org.query.pages.join('')).toBe(true);
      expect(read.rows).toBe(9_000);
    }
  });

  test('with other columns than it began with is not taken', async () => {
    const org = orgWith(2);
    const api = truncatingApi(org, 30, { when: isPage(1) });
    const changing: OrgApi = {
      requestCount: 0,
      send: (request, read) => {
        const sent = api.send(request, read);
        return sent.finally(() => {
          if (isPage(1)(request)) org.query.header = '"Id","Title"';
        });
      },
    };
    const error = await failureOf(readAll({ api: changing, jobId: org.query.id }));
    expect(error.message).toContain('its columns are not those that it began with');
  });

  test.each<[string, (org: OrgApi, fault: Fault) => OrgApi, string]>([
    ['ends early', (org, fault) => shorteningApi(org, 24, fault), 'it has 1 of 2 records'],
    ['is empty', (org, fault) => shorteningApi(org, 0, fault), 'it is empty'],
    ['ends inside a value', (org, fault) => shorteningApi(org, 20, fault), 'it ends inside a record'],
  ])('(%s) time and again ends the export', async (_, broken, reason) => {
    const org = orgWith(6);
    const api = broken(org, { when: isPage(3), times: Infinity });
    const error = await failureOf(readAll({ api, jobId: org.query.id }));
    expect(error).toBeInstanceOf(OrgUnreachableError);
    expect(error.message).toBe(
      `The page at locator to-3 of job ${org.query.id} did not arrive whole: ${reason}.`,
    );
  });

  test('without a number of records is taken by its rows', async () => {
    const org = orgWith(2);
    const api = lyingHeaderApi(org, { 'sforce-numberofrecords': undefined as never }, { when: isPage(1) });
    expect((await readAll({ api, jobId: org.query.id })).rows).toBe(4);
  });
});

describe('pages from nearby', () => {
  test('stand back until their turn, with what fits into memory', async () => {
    const folder = await tempFolder();
    const org = orgWithLargePages(4);
    for await (const page of pagesOf(optionsFor({ folder, api: org, jobId: org.query.id, ...nearby }))) {
      await page.whole();
      expect(await readdir(folder)).toEqual([`page-${page.index}`]);
      expect((await text(page.rows())) === org.query.pages[page.index]).toBe(true);
    }
  });

  test('leave nothing on disk where each is read as it comes, be its reader late', async () => {
    const folder = await tempFolder();
    const org = orgWithLargePages(4);
    let files: string[] = [];
    for await (const page of pagesOf(optionsFor({ folder, api: org, jobId: org.query.id, ...nearby }))) {
      await sleep(20);
      for await (const chunk of page.rows())
        if (chunk.length > 0) files = [...files, ...(await readdir(folder))];
    }
    expect(files).toEqual([]);
  });

  test('do not stand back where a concurrency was asked for', async () => {
    const org = orgWithLargePages(3);
    const folder = await tempFolder();
    const options = optionsFor({ folder, api: org, jobId: org.query.id, ...nearby, concurrency: 2 });
    for await (const page of pagesOf(options)) {
      if (page.index > 0) break;
      await vi.waitFor(async () => expect(await readdir(folder)).toEqual(['page-0', 'page-1']));
    }
  });
});
