import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError, OrgUnreachableError } from '../../../src/lib/api/errors.js';
import type { JobInfo, JobState } from '../../../src/lib/api/types.js';
import { JobGoneError, PollingTimeoutError } from '../../../src/lib/jobs/errors.js';
import { pollUntilEnded, pollWaitMs } from '../../../src/lib/jobs/poll.js';
import { failureOf } from '../../support/failure-of.ts';
import { sleeps } from '../../support/fake-sleep.ts';

vi.mock('node:timers/promises', () => import('../../support/fake-sleep.ts'));

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const jobId = '750000000000001AAA';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  sleeps.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

describe('waiting for a job', () => {
  test.each<JobState>(['JobComplete', 'Failed', 'Aborted'])(
    'ends with %s, whatever it means',
    async (state) => {
      const { ask } = job({ endsAfterMs: 0, state });
      expect(await pollUntilEnded({ jobId, ask })).toMatchObject({ state });
      expect(sleeps).toEqual([]);
    },
  );

  test.each([
    [second, 6],
    [10 * second, 24],
    [minute, 36],
    [10 * minute, 60],
    [hour, 160],
    [8 * hour, 1_000],
  ])('of %i ms costs at most %i requests', async (endsAfterMs, most) => {
    const { ask, asked } = job({ endsAfterMs });
    await pollUntilEnded({ jobId, ask });
    expect(asked()).toBeLessThanOrEqual(most);
    expect(asked()).toBeGreaterThan(most / 2);
  });

  test.each([2 * second, 10 * second, minute, 10 * minute, hour])(
    'of %i ms ends at most 15 %% later, or 30 s',
    async (endsAfterMs) => {
      const startedMs = Date.now();
      await pollUntilEnded({ jobId, ask: job({ endsAfterMs }).ask });
      const late = Date.now() - startedMs - endsAfterMs;
      expect(late).toBeLessThanOrEqual(Math.min(0.15 * endsAfterMs, 30 * second));
    },
  );

  test('looks often at first, and never rarer than every 30 seconds', () => {
    expect(pollWaitMs(0)).toBe(200);
    expect(pollWaitMs(10 * second)).toBe(1_500);
    expect(pollWaitMs(8 * hour)).toBe(30 * second);
  });

  test('tells each look', async () => {
    const states: JobState[] = [];
    await pollUntilEnded({
      jobId,
      ask: job({ endsAfterMs: 500 }).ask,
      onInfo: ({ state }) => states.push(state),
    });
    expect(states).toEqual(['InProgress', 'InProgress', 'InProgress', 'JobComplete']);
  });
});

describe('a deadline', () => {
  test('ends the waiting on time, after a last look, and leaves the job alone', async () => {
    const { ask, asked } = job({ endsAfterMs: hour });
    const deadline = Date.now() + 5_100;
    const error = await failureOf<PollingTimeoutError>(pollUntilEnded({ jobId, ask, deadline }));
    expect(error).toBeInstanceOf(PollingTimeoutError);
    expect(error.data).toEqual({ jobId, state: 'InProgress' });
    expect(Date.now()).toBe(deadline);
    expect(asked()).toBeGreaterThan(1);
  });

  test('that has passed already still allows one look', async () => {
    const over = Date.now() - second;
    const ended = await pollUntilEnded({ jobId, ask: job({ endsAfterMs: 0 }).ask, deadline: over });
    expect(ended.state).toBe('JobComplete');
    const running = pollUntilEnded({ jobId, ask: job({ endsAfterMs: hour }).ask, deadline: over });
    await expect(running).rejects.toThrow('is still InProgress; it goes on in the org');
    expect(sleeps).toEqual([]);
  });
});

describe('failures', () => {
  test('a job that the org does not know is gone', async () => {
    const unknown = new ApiError('no', { status: 404, errorCode: 'NOT_FOUND' });
    const error = await failureOf<JobGoneError>(
      pollUntilEnded({ jobId, ask: () => Promise.reject(unknown) }),
    );
    expect(error).toBeInstanceOf(JobGoneError);
    expect(error).toMatchObject({ cause: unknown, data: { jobId } });
    expect(error.message).toContain(jobId);
  });

  test.each([
    new ApiError('no', { status: 403, errorCode: 'REQUEST_LIMIT_EXCEEDED' }),
    new OrgUnreachableError('lost', { mayHaveActed: true }),
  ])('others come through as they are: %s', async (failure) => {
    expect(await failureOf(pollUntilEnded({ jobId, ask: () => Promise.reject(failure) }))).toBe(failure);
  });

  test('an aborted signal ends the waiting, and nothing more is asked', async () => {
    const stop = new AbortController();
    const { ask, asked } = job({ endsAfterMs: hour });
    const waiting = pollUntilEnded({
      jobId,
      ask,
      signal: stop.signal,
      onInfo: () => {
        if (asked() === 3) stop.abort(new Error('stopped'));
      },
    });
    await expect(waiting).rejects.toThrow('stopped');
    expect(asked()).toBe(3);
  });
});

type FakeJob = { readonly endsAfterMs: number; readonly state?: JobState };

/** A job that ends some time after now, by the clock of the test. */
function job({ endsAfterMs, state = 'JobComplete' }: FakeJob) {
  const endsAtMs = Date.now() + endsAfterMs;
  let count = 0;
  const ask = (): Promise<JobInfo> => {
    count += 1;
    const now: JobState = Date.now() >= endsAtMs ? state : 'InProgress';
    return Promise.resolve({
      id: jobId,
      state: now,
      operation: 'insert',
      object: 'Account',
      createdById: '005',
      createdDate: '',
      systemModstamp: '',
      apiVersion: 60,
    });
  };
  return { ask, asked: () => count };
}
