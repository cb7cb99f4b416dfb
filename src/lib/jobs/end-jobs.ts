import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, UnknownOutcomeError } from '../api/errors.js';
import type { OrgApi } from '../api/port.js';
import type { JobInfo } from '../api/types.js';
import { UsageError } from '../errors.js';
import { findJob, jobsOfKind } from './find-job.js';
import { hasEnded, pollWaitMs } from './poll.js';

/** A job after it was asked to stop, and whether it had ended before by itself. */
export type AbortedJob = { readonly info: JobInfo; readonly hadEnded: boolean };

/** How often a job is asked to stop while the org goes on telling of it as before. */
const attempts = 3;

/**
 * Aborts a job, of either kind. What the org has saved of it stays saved. A job that has ended is left as it is.
 * @throws UnknownOutcomeError the org does not say that it has ended, however often it is aborted
 */
export async function abortJob(api: OrgApi, jobId: string, signal?: AbortSignal): Promise<AbortedJob> {
  const found = await findJob(api, jobId, signal);
  if (hasEnded(found.info.state)) return { info: found.info, hadEnded: true };
  const jobs = jobsOfKind(api, found, signal);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await jobs.abort(jobId);
    } catch (error) {
      // Either the answer was lost, or the job ended meanwhile: the job itself tells.
      if (!isUnsettled(error)) throw error;
    }
    const info = await jobs.info(jobId);
    if (hasEnded(info.state)) return { info, hadEnded: info.state !== 'Aborted' };
    if (attempt === attempts) throw stillThere(info);
    await sleep(pollWaitMs(0), undefined, { signal });
  }
}

/** Whether a change of a job's state may have been made, or another one before it: the job itself tells. */
export function isUnsettled(error: unknown): boolean {
  return error instanceof UnknownOutcomeError || isWrongState(error);
}

/** A job in this state takes no such change. */
export function isWrongState(error: unknown): boolean {
  return error instanceof ApiError && error.errorCode === 'INVALIDJOBSTATE';
}

function stillThere({ id, state }: JobInfo): UnknownOutcomeError {
  return new UnknownOutcomeError(`Job ${id} is still ${state} after it was aborted.`, {
    data: { jobId: id },
  });
}

/**
 * Deletes an ended job, of either kind, with its results in the org. The records it has saved stay.
 * @returns the job as it was
 * @throws UsageError the job has not ended
 */
export async function deleteJob(api: OrgApi, jobId: string, signal?: AbortSignal): Promise<JobInfo> {
  const found = await findJob(api, jobId, signal);
  const { info } = found;
  if (!hasEnded(info.state)) {
    throw new UsageError(`Job ${jobId} is ${info.state}, and only a job that has ended can be deleted.`, {
      actions: [`Abort it first: sf bulk2 job abort --id ${jobId}`, 'Or wait for it to end.'],
    });
  }
  await jobsOfKind(api, found, signal).remove(jobId);
  return info;
}
