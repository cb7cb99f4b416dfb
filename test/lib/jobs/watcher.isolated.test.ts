import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JobInfo } from '../../../src/lib/api/types.js';
import { pollUntilEnded } from '../../../src/lib/jobs/poll.js';
import type { JobWarning } from '../../../src/lib/jobs/watcher.js';
import { job, jobId, scripted } from './scripted-jobs.ts';

vi.mock('node:timers/promises', () => import('../../support/fake-sleep.ts'));

const minute = 60_000;
const hour = 60 * minute;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('something strange', () => {
  test.each([
    ['a state that is not documented', 'Queued'],
    ['no state', undefined],
  ])('is told once, and waiting goes on: %s', async (_, state) => {
    const warnings: JobWarning[] = [];
    const { ask } = scripted([
      { state },
      { state },
      { state: 'InProgress' },
      { state },
      { state: 'JobComplete' },
    ]);
    const ended = await pollUntilEnded({ jobId, ask, onWarning: (warning) => warnings.push(warning) });
    expect(ended.state).toBe('JobComplete');
    expect(warnings).toEqual([{ kind: 'unknownState', jobId, state }]);
  });

  test('is a job that was closed and is Open again', async () => {
    const warnings: JobWarning[] = [];
    const { ask } = scripted([{ state: 'Open' }, { state: 'Open' }, { state: 'JobComplete' }]);
    const onWarning = (warning: JobWarning): unknown => warnings.push(warning);
    await pollUntilEnded({ jobId, ask, isClosed: true, onWarning });
    expect(warnings).toEqual([{ kind: 'backInOpen', jobId, state: 'Open' }]);
  });

  test('is not a job that its creator has not closed yet', async () => {
    const { ask } = scripted([{ state: 'Open' }, { state: 'JobComplete' }]);
    await pollUntilEnded({ jobId, ask, onWarning: () => expect.unreachable() });
  });

  test('is a job that has not moved for ten minutes, told once', async () => {
    const told: number[] = [];
    const startedMs = Date.now();
    const onWarning = ({ kind }: JobWarning): void => {
      expect(kind).toBe('notMoving');
      told.push(Date.now() - startedMs);
    };
    await pollUntilEnded({ jobId, ask: job({ endsAfterMs: hour }).ask, onWarning });
    expect(told).toHaveLength(1);
    expect(told[0]).toBeGreaterThanOrEqual(10 * minute);
    expect(told[0]).toBeLessThanOrEqual(11 * minute);
  });

  test.each(['numberRecordsProcessed', 'numberRecordsFailed', 'retries'])(
    'is not a job whose counter moves: %s',
    async (counter) => {
      const { ask } = job({ endsAfterMs: hour });
      const moving = async (): Promise<JobInfo> => ({
        ...(await ask()),
        [counter]: Math.floor(Date.now() / (9 * minute)),
      });
      await pollUntilEnded({ jobId, ask: moving, onWarning: () => expect.unreachable() });
    },
  );
});
