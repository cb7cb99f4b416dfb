import { describe, expect, test } from 'vitest';
import type { JobInfo } from '../../../../src/lib/api/types.js';
import { JobsInTurn } from '../../../../src/lib/load/upload/jobs-in-turn.js';

type Job = { readonly jobId: string; readonly part: { readonly rows: number }; info: JobInfo | undefined };

describe('while one job is waited for', () => {
  test('the others are asked one after another, and none twice before all have been', async () => {
    const { inTurn, jobs, asked } = setUp();
    for (let nth = 0; nth < 6; nth++) expect(await inTurn.askOther(jobs[0]!)).toBe('running');
    expect(asked).toEqual(['B', 'C', 'D', 'B', 'C', 'D']);
  });

  test('one that has ended is told as such, kept, and not asked again', async () => {
    const { inTurn, jobs, asked } = setUp({ B: { state: 'JobComplete', numberRecordsProcessed: 10 } });
    expect(await inTurn.askOther(jobs[0]!)).toBe('ended');
    expect(jobs[1]?.info).toMatchObject({ id: 'B', state: 'JobComplete' });
    await inTurn.askOther(jobs[0]!);
    await inTurn.askOther(jobs[0]!);
    await inTurn.askOther(jobs[0]!);
    expect(asked).toEqual(['B', 'C', 'D', 'C']);
  });

  test('one that says of its rows what cannot be is left to the wait for it', async () => {
    const { inTurn, jobs, asked } = setUp({ B: { state: 'JobComplete', numberRecordsProcessed: 11 } });
    for (let nth = 0; nth < 4; nth++) await inTurn.askOther(jobs[0]!);
    expect(jobs[1]?.info).toBeUndefined();
    expect(asked).toEqual(['B', 'C', 'D', 'C']);
  });

  test('one that cannot be asked is asked again in its turn', async () => {
    const { inTurn, jobs, asked } = setUp({ B: new Error('no answer') });
    for (let nth = 0; nth < 4; nth++) expect(await inTurn.askOther(jobs[0]!)).toBe('running');
    expect(asked).toEqual(['B', 'C', 'D', 'B']);
  });

  test('nothing is asked when it is the last one', async () => {
    const { inTurn, jobs, asked } = setUp();
    for (const job of jobs.slice(0, 3)) job.info = { id: job.jobId, state: 'JobComplete' } as JobInfo;
    expect(await inTurn.askOther(jobs[3]!)).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

/** Four jobs of 10 rows each, which are in progress unless told otherwise. */
function setUp(says: Record<string, Partial<JobInfo> | Error> = {}) {
  const jobs: Job[] = ['A', 'B', 'C', 'D'].map((jobId) => ({ jobId, part: { rows: 10 }, info: undefined }));
  const asked: string[] = [];
  const inTurn = new JobsInTurn(jobs, {
    ask: (jobId) => {
      asked.push(jobId);
      const said = says[jobId] ?? {};
      return said instanceof Error
        ? Promise.reject(said)
        : Promise.resolve({ id: jobId, state: 'InProgress', ...said } as JobInfo);
    },
    onEnded: (job, info) => {
      job.info = info;
      return Promise.resolve();
    },
  });
  return { inTurn, jobs, asked };
}
