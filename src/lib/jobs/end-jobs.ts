import { ApiError, UnknownOutcomeError } from '../api/errors.js';
import { ingestJobs } from '../api/ingest-jobs.js';
import { queryJobs } from '../api/query-jobs.js';
import type { OrgApi } from '../api/port.js';
import type { JobInfo } from '../api/types.js';
import { findJob } from './foreign-job.js';
import { hasEnded } from './poll.js';

/**
 * Aborts a job, of either kind. What the org has saved of it stays saved. A job that has ended is left as it is.
 * @returns the job afterwards
 */
export async function abortJob(api: OrgApi, jobId: string, signal?: AbortSignal): Promise<JobInfo> {
  const { kind, info } = await findJob(api, jobId, signal);
  if (hasEnded(info.state)) return info;
  const jobs = kind === 'ingest' ? ingestJobs(api, signal) : queryJobs(api, signal);
  try {
    await jobs.abort(jobId);
  } catch (error) {
    // Either the answer was lost, or the job ended meanwhile: the job itself tells.
    const hasEndedMeanwhile = error instanceof ApiError && error.errorCode === 'INVALIDJOBSTATE';
    if (!(error instanceof UnknownOutcomeError) && !hasEndedMeanwhile) throw error;
  }
  return jobs.info(jobId);
}

/**
 * Deletes an ended job, of either kind, with its results in the org. The records it has saved stay.
 * @returns the job as it was
 */
export async function deleteJob(api: OrgApi, jobId: string, signal?: AbortSignal): Promise<JobInfo> {
  const { kind, info } = await findJob(api, jobId, signal);
  await (kind === 'ingest' ? ingestJobs(api, signal) : queryJobs(api, signal)).remove(jobId);
  return info;
}
