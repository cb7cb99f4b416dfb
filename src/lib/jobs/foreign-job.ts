import { ApiError } from '../api/errors.js';
import { ingestJobs, type IngestJobs } from '../api/ingest-jobs.js';
import { queryJobs, type QueryJobs } from '../api/query-jobs.js';
import type { OrgApi } from '../api/port.js';
import { delimiterCharacters, type JobInfo } from '../api/types.js';
import { makeOutputFolder } from '../files/folders.js';
import { collectResults } from '../load/collect/collect.js';
import type { CollectOutcome } from '../load/collect/request.js';
import { resultFilesOf } from '../load/result-files.js';
import { jobGone, pollUntilEnded } from './poll.js';
import type { JobWarning } from './watcher.js';

/** A job that this tool may not have created, and which of the two kinds it is. */
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

export type ForeignJobOptions = {
  readonly resultsDir: string;
  readonly deadline?: number;
  readonly onInfo?: (info: JobInfo) => void;
  readonly onWarning?: (warning: JobWarning) => void;
  readonly signal?: AbortSignal;
};

/**
 * Waits for an ingest job that this tool did not create, and collects its results. Nothing of it is changed: it is not
 * closed, and not aborted.
 * @param job as `findJob` has found it
 */
export async function collectForeignJob(
  api: OrgApi,
  { id: jobId, object }: JobInfo,
  options: ForeignJobOptions,
): Promise<{ readonly info: JobInfo; readonly outcome: CollectOutcome }> {
  const jobs = ingestJobs(api, options.signal, object);
  const info = await pollUntilEnded({
    ...options,
    jobId,
    isNew: true,
    ask: (look) => jobs.info(jobId, look),
  });
  await makeOutputFolder(options.resultsDir);
  const outcome = await collectResults({
    jobs: [{ jobId, processed: info.numberRecordsProcessed ?? 0, failed: info.numberRecordsFailed ?? 0 }],
    fetch: (id, kind, read) => jobs.results(id, kind, ({ body }) => read(body)),
    delimiter: delimiterCharacters[info.columnDelimiter ?? 'COMMA'],
    lineEnding: info.lineEnding ?? 'LF',
    files: resultFilesOf(options.resultsDir, jobId),
    signal: options.signal,
  });
  return { info, outcome };
}
