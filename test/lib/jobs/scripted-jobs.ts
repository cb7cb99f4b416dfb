import { ApiError } from '../../../src/lib/api/errors.js';
import type { LookOptions } from '../../../src/lib/api/calls.js';
import type { JobInfo, JobState } from '../../../src/lib/api/types.js';

export const jobId = '750000000000001AAA';

export const unknown = new ApiError('no', { status: 404, errorCode: 'NOT_FOUND' });

/** A look that the org never answers. */
export function neverAnswered({ signal }: LookOptions): Promise<JobInfo> {
  const { promise, reject } = Promise.withResolvers<JobInfo>();
  signal?.addEventListener('abort', () => reject(signal.reason as Error));
  return promise;
}

/** A job of which each look tells the next of these; 404 is a look that does not find it. */
export function scripted(looks: ReadonlyArray<{ readonly state: string | undefined } | 404>) {
  const left = [...looks];
  const ask = (): Promise<JobInfo> => {
    const next = left.shift();
    if (next === 404) return Promise.reject(unknown);
    return Promise.resolve({ id: jobId, object: 'Account', ...next } as JobInfo);
  };
  return { ask };
}

type FakeJob = { readonly endsAfterMs: number; readonly state?: JobState };

/** A job that ends some time after now, by the clock of the test. */
export function job({ endsAfterMs, state = 'JobComplete' }: FakeJob) {
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
