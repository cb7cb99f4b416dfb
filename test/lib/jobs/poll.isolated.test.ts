import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError, OrgUnreachableError } from '../../../src/lib/api/errors.js';
import type { JobState } from '../../../src/lib/api/types.js';
import { JobGoneError, JobVanishedError, PollingTimeoutError } from '../../../src/lib/jobs/errors.js';
import { pollUntilEnded, pollWaitMs, untilFound } from '../../../src/lib/jobs/poll.js';
import { failureOf } from '../../support/failure-of.ts';
import { sleeps } from '../../support/fake-sleep.ts';
import { job, jobId, neverAnswered, scripted, unknown } from './scripted-jobs.ts';

vi.mock('node:timers/promises', () => import('../../support/fake-sleep.ts'));

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

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

  test.each([
    [0, [50, 200]],
    [20, [30, 200]],
    [80, [200]],
  ])('that began %i ms ago looks when it can have ended', async (ranForMs, waits) => {
    const { ask } = job({ endsAfterMs: 100 });
    await pollUntilEnded({ jobId, ask, isNew: true, ranForMs });
    expect(sleeps).toEqual(waits);
  });

  test('that has just begun looks once by a deadline that comes sooner', async () => {
    const { ask, asked } = job({ endsAfterMs: hour });
    const deadline = Date.now() + 10;
    await failureOf(pollUntilEnded({ jobId, ask, isNew: true, ranForMs: 0, deadline }));
    expect(sleeps).toEqual([10]);
    expect(asked()).toBe(1);
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

describe('where there are other jobs', () => {
  test('every second look is at one of them: as many looks in all, and none before its time', async () => {
    const alone = job({ endsAfterMs: minute });
    await pollUntilEnded({ jobId, ask: alone.ask });
    const others: number[] = [];
    const { ask, asked } = job({ endsAfterMs: minute });
    await pollUntilEnded({
      jobId,
      ask,
      askOther: () => {
        others.push(asked());
        return Promise.resolve('running');
      },
    });
    expect(others).toEqual(others.map((_, nth) => nth + 1));
    expect(asked() + others.length).toBeLessThanOrEqual(alone.asked() + 1);
  });

  test('one that has ended lets the look at this one follow at once', async () => {
    const { ask } = job({ endsAfterMs: 400 });
    await pollUntilEnded({ jobId, ask, askOther: () => Promise.resolve('ended') });
    expect(sleeps).toEqual([200, 200]);
  });

  test('the last look before a deadline is at this one', async () => {
    const { ask, asked } = job({ endsAfterMs: hour });
    const askOther = vi.fn(() => Promise.resolve('running' as const));
    await failureOf(pollUntilEnded({ jobId, ask, askOther, deadline: Date.now() + 100 }));
    expect(asked()).toBe(2);
    expect(askOther).not.toHaveBeenCalled();
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

  test('ends a look that hangs within seconds', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    const startedMs = Date.now();
    const waiting = failureOf<PollingTimeoutError>(
      pollUntilEnded({ jobId, ask: neverAnswered, deadline: startedMs + minute }),
    );
    await vi.runAllTimersAsync();
    const error = await waiting;
    expect(error).toBeInstanceOf(PollingTimeoutError);
    expect(error.message).toContain(jobId);
    expect(Date.now() - startedMs).toBe(minute + 5 * second);
  });

  test('ends the asking for a job that the org does not know yet', async () => {
    const { ask } = scripted([404, 404, 404]);
    const deadline = Date.now() + 300;
    const error = await failureOf(pollUntilEnded({ jobId, ask, isNew: true, deadline }));
    expect(error).toBeInstanceOf(PollingTimeoutError);
    expect(Date.now()).toBe(deadline);
  });
});

describe('a job that the org has told of', () => {
  test('is asked for again when the org does not know it, with the usual waits', async () => {
    const { ask } = scripted([404, 404, { state: 'InProgress' }, 404, { state: 'JobComplete' }]);
    const ended = await pollUntilEnded({ jobId, ask, isNew: true });
    expect(ended.state).toBe('JobComplete');
    expect(sleeps).toEqual([200, 200, 200, 200]);
  });

  test('has vanished when the org has not known it for a minute', async () => {
    const startedMs = Date.now();
    const { ask } = scripted(Array.from({ length: 999 }, () => 404 as const));
    const error = await failureOf<JobVanishedError>(pollUntilEnded({ jobId, ask, isNew: true }));
    expect(error).toBeInstanceOf(JobVanishedError);
    expect(error.message).toContain(jobId);
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(minute);
    expect(Date.now() - startedMs).toBeLessThanOrEqual(1.2 * minute);
  });

  test('may be gone for a minute after each look that found it', async () => {
    const looks = Array.from({ length: 400 }, (_, at) => (at % 20 === 0 ? { state: 'InProgress' } : 404));
    const { ask } = scripted([...looks.slice(0, 30), { state: 'JobComplete' }]);
    await expect(pollUntilEnded({ jobId, ask })).resolves.toMatchObject({ state: 'JobComplete' });
  });
});

describe('what belongs to a job', () => {
  test('is asked for again while the org does not know it', async () => {
    let asked = 0;
    const ask = (): Promise<string> =>
      ++asked < 4 ? Promise.reject(unknown) : Promise.resolve('the results');
    expect(await untilFound(jobId, ask)).toBe('the results');
    expect(sleeps).toEqual([200, 200, 200]);
  });

  test('has vanished with its job after a minute', async () => {
    const startedMs = Date.now();
    const error = await failureOf(untilFound(jobId, () => Promise.reject(unknown)));
    expect(error).toBeInstanceOf(JobVanishedError);
    expect(error.cause).toBe(unknown);
    expect(Date.now() - startedMs).toBe(minute);
  });

  test('is not asked for again after any other refusal', async () => {
    const refused = new ApiError('no', { status: 409, errorCode: 'HTTP_409' });
    expect(await failureOf(untilFound(jobId, () => Promise.reject(refused)))).toBe(refused);
    expect(sleeps).toEqual([]);
  });
});

describe('failures', () => {
  test('a job that the org does not know is gone', async () => {
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
