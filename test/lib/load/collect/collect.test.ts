import { readdir, rm, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { collectResults, type CollectRequest } from '../../../../src/lib/load/collect/collect.js';
import type { FinishedJob } from '../../../../src/lib/load/collect/request.js';
import type { CollectProgress } from '../../../../src/lib/load/model/result-sets.js';
import { RowCountError } from '../../../../src/lib/errors.js';
import {
  collected,
  filesIn,
  orgWith,
  readAll,
  readText,
  requestIn,
  sourceOf,
  temporaryFolder,
} from './support.ts';
import { needing } from '../../../support/systems.ts';

const success = '"sf__Id","sf__Created",Name,Phone\n';
const failed = '"sf__Id","sf__Error",Name,Phone\n';
const unprocessed = 'Name,Phone\n';

const results = {
  '750A': {
    successfulResults: `${success}"001A","true","Acme","1"\n"001B","true","Two\nlines","2"\n`,
    failedResults: `${failed}"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","","3.0"\n`,
    unprocessedrecords: unprocessed,
  },
  '750B': {
    successfulResults: `${success}"001C","true","Last","4"\n`,
    failedResults: failed,
    unprocessedrecords: `${unprocessed}Left,5\n`,
  },
};

const jobs: readonly FinishedJob[] = [
  {
    jobId: '750A',
    processed: 3,
    failed: 1,
    rowsSent: 3,
    source: sourceOf('Name,Phone\nAcme,1\n,3\n"Two\nlines",2\n'),
  },
  { jobId: '750B', processed: 1, failed: 0, rowsSent: 2, source: sourceOf('Name,Phone\nLast,4\nLeft,5\n') },
];

const merged = {
  success: `${success}"001A","true","Acme","1"\n"001B","true","Two\nlines","2"\n"001C","true","Last","4"\n`,
  failed:
    '"sf__Id","sf__Error","source__File","source__Row",Name,Phone\n' +
    '"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --",accounts.csv,2,"","3.0"\n',
  unprocessed: 'Name,Phone\nLeft,5\n',
};

async function requestForBoth(rest: Partial<CollectRequest> = {}): Promise<CollectRequest> {
  const folder = await temporaryFolder();
  return requestIn(folder, { jobs, fetch: orgWith(results).fetch, inputRows: 5, ...rest });
}

/** Collects until the first job has been journalled, and stops there as if the process had been killed. */
async function interrupted(request: CollectRequest): Promise<NonNullable<CollectRequest['from']>> {
  let journalled: NonNullable<CollectRequest['from']> | undefined;
  const onJobCollected = (jobId: string, progress: CollectProgress): Promise<void> => {
    journalled = { jobIds: [jobId], progress };
    return Promise.reject(new Error('killed'));
  };
  await expect(collectResults({ ...request, onJobCollected })).rejects.toThrow('killed');
  return journalled!;
}

it('merges the results of all jobs into three files and nothing else', async () => {
  const request = await requestForBoth();
  const outcome = await collected(request);
  expect(outcome).toMatchObject({ successful: 3, failed: 1, unprocessed: 1, paths: request.files });
  expect(await readAll(outcome.paths)).toEqual(merged);
  expect(await readdir(dirname(outcome.paths.success))).toHaveLength(3);
});

needing('modes')('makes the files by the umask', async () => {
  const before = process.umask(0o027);
  try {
    const { paths } = await collected(await requestForBoth());
    for (const path of Object.values(paths)) expect((await stat(path)).mode & 0o777).toBe(0o640);
  } finally {
    process.umask(before);
  }
});

it('groups the errors, with the place of a real row', async () => {
  const { errors } = await collected(await requestForBoth());
  expect(errors).toEqual([
    {
      code: 'REQUIRED_FIELD_MISSING',
      message: 'Required fields are missing: [Name]',
      fields: ['Name'],
      count: 1,
      transient: false,
      sample: {
        message: 'Required fields are missing: [Name]',
        file: 'accounts.csv',
        row: 2,
        values: { Name: '', Phone: '3.0' },
      },
    },
  ]);
});

it('keeps the order of the jobs, whichever download ends first', async () => {
  const { fetch } = orgWith(results);
  const slowFirst: CollectRequest['fetch'] = async (jobId, kind, read) => {
    if (jobId === '750A') await new Promise((resolve) => setTimeout(resolve, 20));
    return fetch(jobId, kind, read);
  };
  const { paths } = await collected(await requestForBoth({ fetch: slowFirst }));
  expect(await readAll(paths)).toEqual(merged);
});

it('asks for nothing of a job without rows, and writes nothing', async () => {
  const { fetch, asked } = orgWith({});
  const empty = [{ jobId: '750A', processed: 0, failed: 0, rowsSent: 0 }];
  const { paths, ...figures } = await collected(await requestForBoth({ fetch, jobs: empty, inputRows: 0 }));
  expect(figures).toEqual({ successful: 0, created: 0, failed: 0, unprocessed: 0, errors: [] });
  expect(await readAll(paths)).toEqual({ success: '', failed: '', unprocessed: '' });
  expect(asked).toEqual([]);
});

it('leaves the places empty of a job whose source is not known, and takes its own columns', async () => {
  const foreign = [{ jobId: '750A', processed: 3, failed: 1 }];
  const request = await requestForBoth({ jobs: foreign, inputRows: undefined, columns: undefined });
  const { paths } = await collected(request);
  expect(await readAll(paths)).toEqual({
    success: results['750A'].successfulResults,
    failed: merged.failed.replace('accounts.csv,2', ','),
    unprocessed,
  });
});

it('places failed rows by a key that came back in another case', async () => {
  const rows = Array.from({ length: 10 }, (_, index) => `key-${index},${index}`);
  const returned = rows.toReversed().map((row) => `"","E:x:--",${row.toUpperCase()}.0\n`);
  const { fetch } = orgWith({ '750A': { failedResults: failed + returned.join('') } });
  const source = sourceOf(`Name,Phone\n${rows.join('\n')}\n`);
  const request = await requestForBoth({
    fetch,
    jobs: [{ jobId: '750A', processed: 10, failed: 10, rowsSent: 10, source }],
    inputRows: 10,
    keyColumn: 'name',
  });
  const { paths } = await collected(request);
  const lines = (await readText(paths.failed)).trim().split('\n').slice(1);
  const places = lines.map((line) => line.split(',').slice(3, 5).join());
  expect(places).toEqual(rows.map((_, index) => `${index + 1},KEY-${index}`));
});

it('keeps the files and tells the numbers when rows of a job are missing', async () => {
  const short = { ...results, '750B': { ...results['750B'], unprocessedrecords: unprocessed } };
  const request = await requestForBoth({ fetch: orgWith(short).fetch });
  const failure = await collectResults(request).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(RowCountError);
  expect(failure).toMatchObject({
    message:
      'Job 750B was sent 2 rows and says it processed 1 rows, 0 of which failed, but its results have ' +
      '1 successful + 0 failed + 0 unprocessed = 1 rows.',
    data: { load: { inputRows: 5, results: { success: 2, failed: 1, unprocessed: 0 } } },
  });
  const names = await readdir(dirname(request.files.success));
  expect(names.toSorted()).toEqual([
    '750-failed-records.csv.run.part',
    '750-success-records.csv.run.part',
    '750-unprocessed-records.csv.run.part',
  ]);
  expect(await readText(request.files.success)).toBe(results['750A'].successfulResults);
});

it.each(['Failed', 'Aborted'] as const)(
  'takes the rows of a job that ended %s before it began for unprocessed, when the org returns none',
  async (state) => {
    const nothing = { successfulResults: success, failedResults: failed, unprocessedrecords: unprocessed };
    const source = sourceOf('Name,Phone\n"A, B",1\n007,2\n');
    const request = await requestForBoth({
      fetch: orgWith({ '750A': nothing }).fetch,
      jobs: [{ jobId: '750A', state, processed: 0, failed: 0, rowsSent: 2, source }],
      inputRows: 2,
    });
    const { paths, ...figures } = await collected(request);
    expect(figures).toEqual({ successful: 0, created: 0, failed: 0, unprocessed: 2, errors: [] });
    expect(await readText(paths.unprocessed)).toBe('Name,Phone\n"A, B",1\n007,2\n');
  },
);

it.each([
  ['the job says it is complete', { state: 'JobComplete' }],
  ['the source no longer has them', { state: 'Failed', source: sourceOf('Name,Phone\n') }],
  ['the job has processed some', { state: 'Failed', processed: 1 }],
] as const)('takes no rows for unprocessed when %s', async (_, rest) => {
  const nothing = { successfulResults: success, failedResults: failed, unprocessedrecords: unprocessed };
  const source = sourceOf('Name,Phone\nA,1\nB,2\n');
  const request = await requestForBoth({
    fetch: orgWith({ '750A': nothing }).fetch,
    jobs: [{ jobId: '750A', processed: 0, failed: 0, rowsSent: 2, source, ...rest }],
    inputRows: 2,
  });
  await expect(collectResults(request)).rejects.toThrow(RowCountError);
});

it('notices that a job was left out', async () => {
  const request = await requestForBoth({ jobs: jobs.slice(0, 1) });
  await expect(collectResults(request)).rejects.toThrow(
    'The input has 5 rows, but the results have 2 successful + 1 failed + 0 unprocessed = 3 rows.',
  );
});

it('goes on after an interruption without asking again for what is there', async () => {
  const request = await requestForBoth();
  const from = await interrupted(request);
  const { fetch, asked } = orgWith(results);
  const outcome = await collected({ ...request, fetch, from });

  expect(await readAll(outcome.paths)).toEqual(merged);
  expect(outcome).toMatchObject({ successful: 3, failed: 1, unprocessed: 1 });
  expect(outcome.errors).toMatchObject([{ count: 1, sample: { file: 'accounts.csv', row: 2 } }]);
  expect(new Set(asked.map(({ jobId }) => jobId))).toEqual(new Set(['750B']));
});

it('cuts off what was written after the last job that was journalled', async () => {
  const request = await requestForBoth();
  const from = await interrupted(request);
  const torn = { ...request, fetch: orgWith(results).fetch, from, jobs };
  await expect(
    collectResults({ ...torn, onJobCollected: () => Promise.reject(new Error('killed again')) }),
  ).rejects.toThrow('killed again');
  expect(await readAll((await collected(torn)).paths)).toEqual(merged);
});

it('asks for nothing when everything was collected before', async () => {
  const request = await requestForBoth();
  let from: CollectRequest['from'];
  const onJobCollected = (jobId: string, progress: CollectProgress) => {
    from = { jobIds: [...(from?.jobIds ?? []), jobId], progress };
    return Promise.resolve();
  };
  await collectResults({ ...request, onJobCollected });
  const { fetch, asked } = orgWith({});
  const outcome = await collected({ ...request, fetch, from });
  expect(await readAll(outcome.paths)).toEqual(merged);
  expect(outcome.errors).toHaveLength(1);
  expect(asked).toEqual([]);
});

it.each([
  ['gone', (path: string) => rm(path)],
  ['shorter than journalled', (path: string) => truncate(path, 10)],
])('collects everything anew when a partial file is %s', async (_, damage) => {
  const request = await requestForBoth();
  const from = await interrupted(request);
  await damage(request.files.failed);
  const progresses: CollectProgress[] = [];
  const onJobCollected = (_jobId: string, progress: CollectProgress) => {
    progresses.push(progress);
    return Promise.resolve();
  };
  const outcome = await collected({ ...request, from, onJobCollected });
  expect(await readAll(outcome.paths)).toEqual(merged);
  expect(progresses.map((progress) => progress.jobs)).toEqual([1, 2]);
});

it('counts only the jobs of the last beginning, when the journal has two', async () => {
  const request = await requestForBoth();
  const from = await interrupted(request);
  const twice = { jobIds: ['750A', '750B', ...from.jobIds], progress: from.progress };
  expect(await readAll((await collected({ ...request, from: twice })).paths)).toEqual(merged);
});

it('stops on request and leaves partial files', async () => {
  const stop = new AbortController();
  const request = await requestForBoth({
    signal: stop.signal,
    onJobCollected() {
      stop.abort(new Error('stopped by the user'));
      return Promise.resolve();
    },
  });
  await expect(collectResults(request)).rejects.toThrow('stopped by the user');
  const names = await readdir(dirname(request.files.success));
  expect(names.every((name) => name.endsWith('.part'))).toBe(true);
});

it('makes the folder of the results', async () => {
  const request = await requestForBoth();
  const files = filesIn(`${dirname(request.files.success)}/new/folder`);
  expect(await readAll((await collected({ ...request, files })).paths)).toEqual(merged);
});
