import { ApiError } from '../api/errors.js';
import { ingestJobs, type IngestJobs } from '../api/ingest-jobs.js';
import type { OrgApi } from '../api/port.js';
import { queryJobs, type QueryJobs } from '../api/query-jobs.js';
import type { JobInfo } from '../api/types.js';
import { jobGone } from './poll.js';

/** A job that the plugin may not have created, and which of the two kinds it is. */
export type FoundJob = { readonly kind: 'ingest' | 'query'; readonly info: JobInfo };

/**
 * Finds a job by its id, whichever kind it is: the ids of both begin alike.
 * @throws JobGoneError the org knows no such job
 */
export async function findJob(api: OrgApi, jobId: string, signal?: AbortSignal): Promise<FoundJob> {
  const ingest = await unlessUnknown(ingestJobs(api, signal).info(jobId));
  // An org may answer with a query job under the ingest address, and the other way round.
  if (ingest !== undefined && isIngest(ingest)) return { kind: 'ingest', info: ingest };
  const query = await unlessUnknown(queryJobs(api, signal).info(jobId));
  if (query !== undefined) return { kind: 'query', info: query };
  throw jobGone(jobId);
}

/** The calls that fit a job. */
export function jobsOfKind(
  api: OrgApi,
  { kind, info }: FoundJob,
  signal?: AbortSignal,
): IngestJobs | QueryJobs {
  return (kind === 'ingest' ? ingestJobs : queryJobs)(api, signal, info.object);
}

function isIngest({ operation }: JobInfo): boolean {
  return operation !== 'query' && operation !== 'queryAll';
}

/** The service says 404 for a job it does not know, and 400 for an id of another kind. */
async function unlessUnknown(info: Promise<JobInfo>): Promise<JobInfo | undefined> {
  try {
    return await info;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 400)) return undefined;
    throw error;
  }
}
