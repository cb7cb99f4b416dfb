import { join } from 'node:path';
import { expect, it } from 'vitest';
import { disposeAll, downloadJob } from '../../../../src/lib/load/collect/download.js';
import type { FinishedJob, ResultFetcher } from '../../../../src/lib/load/collect/request.js';
import { chunksOf, orgWith, temporaryFolder } from './support.ts';

const success = '"sf__Id","sf__Created",Name\n';
const failed = '"sf__Id","sf__Error",Name\n';
const whole = {
  successfulResults: `${success}"1","true","a"\n"2","true","b"\n`,
  failedResults: `${failed}"","E:x:--","c"\n`,
  unprocessedrecords: 'Name\n',
};

async function download(job: Omit<FinishedJob, 'jobId'>, fetch: ResultFetcher) {
  const folder = await temporaryFolder();
  const options = {
    fetch,
    delimiter: ',',
    spoolPrefix: join(folder, 's-'),
    refetchWaitMs: 0,
    signal: new AbortController().signal,
  };
  const downloaded = await downloadJob({ jobId: '750A', ...job }, options);
  await disposeAll(downloaded.sets);
  return downloaded;
}

it('asks for nothing more once every row that was sent is back', async () => {
  const { fetch, asked } = orgWith({ '750A': { successfulResults: whole.successfulResults } });
  const { addsUp, sets } = await download({ processed: 2, failed: 0, rowsSent: 2 }, fetch);
  expect(addsUp).toBe(true);
  expect(sets).toHaveLength(1);
  expect(asked).toHaveLength(1);
});

it('asks for the set with most rows first', async () => {
  const { fetch, asked } = orgWith({ '750A': { unprocessedrecords: 'Name\na\nb\nc\n' } });
  const { addsUp } = await download({ processed: 0, failed: 0, rowsSent: 3 }, fetch);
  expect(addsUp).toBe(true);
  expect(asked.map(({ kind }) => kind)).toEqual(['unprocessedrecords']);
});

it('asks for all three sets of a job whose size is not known', async () => {
  const { fetch, asked } = orgWith({ '750A': whole });
  const { addsUp, count } = await download({ processed: 3, failed: 1 }, fetch);
  expect(addsUp).toBe(true);
  expect(asked).toHaveLength(3);
  expect(count.results).toEqual({ success: 2, failed: 1, unprocessed: 0 });
});

it('believes the rows and not the figures when every row that was sent is there', async () => {
  const { fetch, asked } = orgWith({ '750A': whole });
  const { addsUp } = await download({ processed: 1, failed: 0, rowsSent: 3 }, fetch);
  expect(addsUp).toBe(true);
  expect(asked).toHaveLength(3);
});

it('fetches a set again that was cut at the end of a row, and only that one', async () => {
  const asked: string[] = [];
  const fetch: ResultFetcher = (_jobId, kind, read) => {
    const isFirst = !asked.includes(kind);
    asked.push(kind);
    return read(
      chunksOf(isFirst && kind === 'successfulResults' ? `${success}"1","true","a"\n` : whole[kind]),
    );
  };
  const { addsUp, count } = await download({ processed: 3, failed: 1, rowsSent: 3 }, fetch);
  expect(addsUp).toBe(true);
  expect(count.results).toEqual({ success: 2, failed: 1, unprocessed: 0 });
  expect(asked).toEqual(['successfulResults', 'failedResults', 'unprocessedrecords', 'successfulResults']);
});

it.each([
  ['missing', { processed: 4, failed: 1, rowsSent: 4 }],
  ['too many', { processed: 1, failed: 0, rowsSent: 1 }],
  ['not what the job says, its size unknown', { processed: 2, failed: 0 }],
])('says so when rows are %s, after a few tries', async (_, job) => {
  const { fetch, asked } = orgWith({ '750A': whole });
  const { addsUp, count } = await download(job, fetch);
  expect(addsUp).toBe(false);
  expect(count).toMatchObject({ jobId: '750A', jobSays: { processed: job.processed } });
  expect(asked.length).toBeLessThanOrEqual(12);
});
