import { ApiError, UnknownOutcomeError } from '../api/errors.js';
import type { OrgApi } from '../api/port.js';
import type { JobInfo } from '../api/types.js';
import { UsageError } from '../errors.js';
import { findJob, jobsOfKind } from './find-job.js';
import { hasEnded } from './poll.js';

/** A job after it was asked to stop, and whether it had ended before by itself. */
export type AbortedJob = { readonly info: JobInfo; readonly hadEnded: boolean };

/**
 * Aborts a job, of either kind. What the org has saved of it stays saved. A job that has ended is left as it is.
 */
export async function abortJob(api: OrgApi, jobId: string, signal?: AbortSignal): Promise<AbortedJob> {
  const found = await findJob(api, jobId, signal);
  if (hasEnded(found.info.state)) return { info: found.info, hadEnded: true };
  const jobs = jobsOfKind(api, found, signal);
  try {
    await jobs.abort(jobId);
  } catch (error) {
    // Either the answer was lost, or the job ended meanwhile: the job itself tells.
    const hasEndedMeanwhile = error instanceof ApiError && error.errorCode === 'INVALIDJOBSTATE';
    if (!(error instanceof UnknownOutcomeError) && !hasEndedMeanwhile) throw error;
  }
  const after = await jobs.info(jobId);
  return { info: after, hadEnded: after.state !== 'Aborted' };
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
