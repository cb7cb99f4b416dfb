import { expect, test } from 'vitest';
import { Progress } from '../../../src/cli/progress/progress.js';

const start = 1_000_000;

test('nothing is known before the first stage', () => {
  expect(new Progress(start).totals(start)).toBeUndefined();
});

test('rate and remaining time count from the beginning of the stage', () => {
  const progress = new Progress(start);
  progress.bytes = { done: 40, total: 100 };
  progress.enter('uploading', 'bytes', start + 5_000);
  progress.bytes = { done: 60, total: 100 };
  expect(progress.totals(start + 7_000)).toMatchObject({
    elapsedMs: 7_000,
    perSecond: 10,
    remainingMs: 4_000,
  });
});

test('a rate is not told of less than a second, nor of nothing', () => {
  const progress = new Progress(start);
  progress.enter('uploading', 'bytes', start);
  progress.bytes = { done: 60, total: 100 };
  expect(progress.totals(start + 999)).not.toHaveProperty('perSecond');
  progress.bytes = { done: 0, total: 100 };
  expect(progress.totals(start + 9_000)).not.toHaveProperty('remainingMs');
});

test('remaining time is not told where the total is not known', () => {
  const progress = new Progress(start);
  progress.enter('waiting', 'rows', start);
  progress.rows = { done: 50 };
  const totals = progress.totals(start + 5_000);
  expect(totals).toMatchObject({ perSecond: 10 });
  expect(totals).not.toHaveProperty('remainingMs');
});

test('rows and failures add up over all jobs, each as it was told last', () => {
  const progress = new Progress(start);
  progress.plannedJobs = 3;
  progress.enter('processing', 'rows', start);
  progress.setJob('750A', { state: 'InProgress', processed: 10, failed: 1 });
  progress.setJob('750B', { state: 'Open' });
  progress.setJob('750A', { state: 'JobComplete', processed: 20, failed: 2 });
  expect(progress.totals(start)).toMatchObject({
    rows: { done: 20 },
    failedRows: 2,
    jobs: { done: 1, total: 3, created: 2, byState: { JobComplete: 1, Open: 1 } },
  });
});

test('a job that another one has taken the place of does not count', () => {
  const progress = new Progress(start);
  progress.setJob('750A', { state: 'JobComplete', processed: 10 });
  progress.dropJob('750A');
  progress.setJob('750B', { state: 'Open' });
  expect(progress.jobs).toEqual({ done: 0, total: 1, created: 1, byState: { Open: 1 } });
  expect(progress.rows.done).toBe(0);
});
