import { expect, test } from 'vitest';
import type { JobInfo } from '../../../src/lib/api/types.js';
import { LoadTracker } from '../../../src/cli/load/load-tracker.js';
import { loadPlan } from '../../support/load-plan.ts';
import { tempFolder } from '../../support/temp-folder.ts';

test('a load can be resumed from its plan on: by its own id, then by its first job, open or closed', async () => {
  const folder = await tempFolder();
  const tracker = new LoadTracker();
  const plan = await loadPlan(folder, { parts: [['a,1'], ['b,2']] });
  expect(tracker.resumeFlags).toBeUndefined();
  tracker.events.emit('planned', plan, 'run');
  expect(tracker.resumeFlags).toBe('--id run');
  tracker.events.emit('jobCreated', { jobId: '750B', part: 1 });
  expect(tracker.resumeFlags).toBe('--id 750B');
  tracker.events.emit('jobCreated', { jobId: '750A', part: 0 });
  tracker.events.emit('jobClosed', { jobId: '750A', part: 0 });
  expect(tracker.resumeFlags).toBe('--id 750B');
});

test('rows that are retried count as what they are in the last round', async () => {
  const tracker = new LoadTracker();
  const plan = await loadPlan(await tempFolder(), { parts: [['a,1', 'b,2', 'c,3']] });
  const [part] = plan.parts;
  tracker.events.emit('planned', plan, 'run');
  tracker.events.emit('jobClosed', { jobId: '750A', part: 0 });
  tracker.events.emit('jobInfo', jobInfo('750A', { processed: 2, failed: 1 }));
  expect(tracker.status()).toMatchObject({ successful: 1, failed: 1, unprocessed: 1 });
  tracker.events.emit('planned', { ...plan, parts: [{ ...part!, index: 1 }], rows: 2 }, 'run');
  expect(tracker.status()).toMatchObject({ successful: 1, failed: 0, unprocessed: 2, state: 'Open' });
  tracker.events.emit('jobClosed', { jobId: '750B', part: 1 });
  tracker.events.emit('jobInfo', jobInfo('750B', { processed: 2, failed: 0 }));
  expect(tracker.status()).toMatchObject({
    successful: 3,
    failed: 0,
    unprocessed: 0,
    jobIds: ['750A', '750B'],
  });
  expect(tracker.resumeFlags).toBe('--id 750A');
});

test('a load that began earlier is named before it tells anything', () => {
  const tracker = new LoadTracker();
  tracker.resumes({ runId: 'run', path: '', records: [{ type: 'created', part: 0, jobId: '750A' }] });
  expect(tracker.resumeFlags).toBe('--id 750A');
});

test('a load of no rows has nothing to resume', async () => {
  const folder = await tempFolder();
  const tracker = new LoadTracker();
  tracker.events.emit('planned', await loadPlan(folder, { parts: [] }), 'run');
  expect(tracker.resumeFlags).toBeUndefined();
});

function jobInfo(id: string, { processed, failed }: { processed: number; failed: number }): JobInfo {
  const figures = { numberRecordsProcessed: processed, numberRecordsFailed: failed };
  return { id, state: 'JobComplete', ...figures } as JobInfo;
}
