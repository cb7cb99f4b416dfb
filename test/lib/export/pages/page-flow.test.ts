import { describe, expect, test } from 'vitest';
import { OrgUnreachableError } from '../../../../src/lib/api/errors.js';
import type { OrgApi } from '../../../../src/lib/api/port.js';
import { failureOf } from '../../../support/failure-of.ts';
import {
  lyingHeaderApi,
  shorteningApi,
  slowBodyApi,
  truncatingApi,
  type Fault,
} from '../../../support/faulty-apis.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { isPage, orgWith, orgWithLargePages, readAll } from '../pages-bench.ts';

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

  test('waits for its reader, and touches no disk, where it must not; it is fetched again in the same way', async () => {
    const org = orgWithLargePages(3);
    const reading = { jobId: org.query.id, waitsForWhole: false, isPrivate: true };
    for (const bytes of [400_000, 2_900_000]) {
      const api = truncatingApi(org, bytes, { when: isPage(1) });
      const read = await readAll({ ...reading, api });
      expect(read.text === org.query.pages.join('')).toBe(true);
    }
    // The folder of the files is not there.
    expect(await failureOf(readAll({ ...reading, api: org, isPrivate: false }))).toMatchObject({
      code: 'ENOENT',
    });
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
