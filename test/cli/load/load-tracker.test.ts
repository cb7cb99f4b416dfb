import { expect, test } from 'vitest';
import { LoadTracker } from '../../../src/cli/load/load-tracker.js';
import { loadPlan } from '../../support/load-plan.ts';
import { tempFolder } from '../../support/temp-folder.ts';

test('a load can be resumed from its plan on: as the most recent one, then by its first job, open or closed', async () => {
  const folder = await tempFolder();
  const tracker = new LoadTracker();
  const plan = await loadPlan(folder, { parts: [['a,1'], ['b,2']] });
  expect(tracker.resumeFlags).toBeUndefined();
  tracker.events.emit('planned', plan, 'run');
  expect(tracker.resumeFlags).toBe('--use-most-recent');
  tracker.events.emit('jobCreated', { jobId: '750B', part: 1 });
  expect(tracker.resumeFlags).toBe('--id 750B');
  tracker.events.emit('jobCreated', { jobId: '750A', part: 0 });
  tracker.events.emit('jobClosed', { jobId: '750A', part: 0 });
  expect(tracker.resumeFlags).toBe('--id 750A');
});

test('a run that follows is the one to be resumed, and has none of the jobs of the one before', async () => {
  const folder = await tempFolder();
  const tracker = new LoadTracker();
  const plan = await loadPlan(folder, { parts: [['a,1']] });
  tracker.events.emit('planned', plan, 'first');
  tracker.events.emit('jobClosed', { jobId: '750A', part: 0 });
  tracker.events.emit('planned', plan, 'second');
  expect(tracker.resumeFlags).toBe('--use-most-recent');
  expect(tracker.status()).toMatchObject({ jobIds: [], state: 'Open' });
});

test('a load of no rows has nothing to resume', async () => {
  const folder = await tempFolder();
  const tracker = new LoadTracker();
  tracker.events.emit('planned', await loadPlan(folder, { parts: [] }), 'run');
  expect(tracker.resumeFlags).toBeUndefined();
});
