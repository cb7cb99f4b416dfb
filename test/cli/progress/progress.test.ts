import { expect, test } from 'vitest';
import { Progress } from '../../../src/cli/progress/progress.js';

const start = 1_000_000;

test('nothing is known before the first stage', () => {
  expect(new Progress(start).totals(start)).toBeUndefined();
});

/** Tells how many rows are done at which second of a stage of 100 rows that begins at 0 s. */
function tell(
  progress: Progress,
  news: ReadonlyArray<readonly [second: number, done: number]>,
  total = 100,
): void {
  for (const [second, done] of news) {
    progress.rows = { done, total };
    progress.enter('processing', 'rows');
    progress.totals(start + second * 1_000);
  }
}

test('the rate counts from the first news of a stage, not from the time that a job waits in a queue', () => {
  const progress = new Progress(start);
  tell(progress, [
    [0, 0],
    [30, 20],
    [32, 40],
  ]);
  expect(progress.totals(start + 32_000)).toMatchObject({
    elapsedMs: 32_000,
    perSecond: 10,
    remainingMs: 6_000,
  });
});

test('the remaining time counts down between batches, and the rate stays', () => {
  const progress = new Progress(start);
  tell(progress, [
    [0, 0],
    [1, 10],
    [3, 20],
  ]);
  const totals = [3, 4, 5].map((second) => progress.totals(start + second * 1_000));
  expect(totals).toMatchObject(
    [16_000, 15_000, 14_000].map((remainingMs) => ({ perSecond: 5, remainingMs })),
  );
});

test('the remaining time of steady batches never counts up', () => {
  const progress = new Progress(start);
  const remaining: number[] = [];
  for (let second = 0; second <= 30; second++) {
    tell(progress, [[second, Math.floor(second / 3) * 10]]);
    remaining.push(progress.totals(start + second * 1_000)?.remainingMs ?? Number.POSITIVE_INFINITY);
  }
  const known = remaining.filter(Number.isFinite);
  expect(known.length).toBeGreaterThan(20);
  expect(known).toEqual(known.toSorted((one, other) => other - one));
});

test('neither rate nor remaining time is told once news are overdue, until there are some again', () => {
  const progress = new Progress(start);
  tell(progress, [
    [0, 0],
    [1, 10],
    [3, 20],
  ]);
  expect(progress.totals(start + 9_000)).toHaveProperty('remainingMs');
  const late = progress.totals(start + 9_001);
  expect(late).not.toHaveProperty('remainingMs');
  expect(late).not.toHaveProperty('perSecond');
  tell(progress, [[21, 30]]);
  expect(progress.totals(start + 21_000)).toMatchObject({ perSecond: 1 });
});

test('a rate is told neither of less than a second nor of the first news alone', () => {
  const progress = new Progress(start);
  tell(progress, [
    [0, 0],
    [5, 60],
  ]);
  expect(progress.totals(start + 6_000)).not.toHaveProperty('perSecond');
  tell(progress, [[5.999, 80]]);
  expect(progress.totals(start + 6_000)).not.toHaveProperty('perSecond');
});

test('an upload that begins again is measured from there', () => {
  const progress = new Progress(start);
  tell(progress, [
    [0, 0],
    [1, 50],
    [2, 0],
    [4, 10],
  ]);
  expect(progress.totals(start + 4_000)).toMatchObject({ perSecond: 5, remainingMs: 18_000 });
});

test('remaining time is not told where the total is not known', () => {
  const progress = new Progress(start);
  for (const [second, done] of [
    [0, 0],
    [1, 10],
    [2, 20],
  ] as const) {
    progress.rows = { done };
    progress.enter('waiting', 'rows');
    progress.totals(start + second * 1_000);
  }
  const totals = progress.totals(start + 2_000);
  expect(totals).toMatchObject({ perSecond: 10 });
  expect(totals).not.toHaveProperty('remainingMs');
});

test('rows and failures add up over all jobs, each as it was told last', () => {
  const progress = new Progress(start);
  progress.plannedJobs = 3;
  progress.enter('processing', 'rows');
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
  expect(progress.jobs).toEqual({ done: 0, total: 1, created: 1, unasked: 0, byState: { Open: 1 } });
  expect(progress.rows.done).toBe(0);
});

test('of jobs that are asked in turn no rate is told before one has ended, or all have been asked', () => {
  const progress = new Progress(start);
  progress.isInTurn = true;
  progress.rows = { done: 0, total: 200 };
  progress.setJob('750A', { state: 'InProgress', processed: 0 });
  progress.setJob('750B', { state: 'UploadComplete' });
  progress.enter('processing', 'rows');
  const after = (second: number, processed: number, state = 'InProgress') => {
    progress.setJob('750A', { state, processed });
    return progress.totals(start + second * 1_000);
  };
  after(1, 10);
  expect(after(3, 50)).not.toHaveProperty('remainingMs');
  expect(after(3, 50)).not.toHaveProperty('perSecond');
  expect(after(3, 50)?.jobs.unasked).toBe(1);
  expect(after(10, 100, 'JobComplete')).toMatchObject({ perSecond: 10, remainingMs: 10_000 });

  progress.setJob('750A', { state: 'InProgress' });
  expect(after(10, 100)).not.toHaveProperty('perSecond');
  progress.setJob('750B', { state: 'InProgress', processed: 0 });
  expect(after(10, 100)).toMatchObject({ perSecond: 10, remainingMs: 10_000 });
});
