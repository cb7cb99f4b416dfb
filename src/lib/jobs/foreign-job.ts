import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { ApiError } from '../api/errors.js';
import { ingestJobs, type IngestJobs } from '../api/ingest-jobs.js';
import { queryJobs, type QueryJobs } from '../api/query-jobs.js';
import type { OrgApi } from '../api/port.js';
import { delimiterCharacters, type JobInfo } from '../api/types.js';
import { collectResults } from '../load/collect/collect.js';
import type { CollectOutcome } from '../load/collect/request.js';
import { errorGroupsIn, outcomeOf } from '../load/collect/complete.js';
import { nameFile, requireFree } from '../load/collect/name-file.js';
import { perFile } from '../load/collect/result-files.js';
import { gatheredPathsOf, resultPathsOf } from '../load/collect/result-paths.js';
import { requireResultsFolder } from '../load/collect/results-folder.js';
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
 * @throws UsageError the folder for the results takes no files
 * @throws ResultFilesTakenError the results would take the place of files that are there
 */
export async function collectForeignJob(
  api: OrgApi,
  { id: jobId, object }: JobInfo,
  options: ForeignJobOptions,
): Promise<{ readonly info: JobInfo; readonly outcome: CollectOutcome }> {
  const jobs = ingestJobs(api, options.signal, object);
  const names = resultPathsOf(options.resultsDir, jobId);
  const id = randomUUID();
  await requireResultsFolder(options.resultsDir, id);
  await requireFree(names, elsewhere);
  const info = await pollUntilEnded({
    ...options,
    jobId,
    isNew: true,
    ask: (look) => jobs.info(jobId, look),
  });
  const files = gatheredPathsOf(names, id);
  const delimiter = delimiterCharacters[info.columnDelimiter ?? 'COMMA'];
  try {
    const { rows } = await collectResults({
      jobs: [{ jobId, processed: info.numberRecordsProcessed ?? 0, failed: info.numberRecordsFailed ?? 0 }],
      fetch: (id, kind, read) => jobs.results(id, kind, ({ body }) => read(body)),
      delimiter,
      lineEnding: info.lineEnding ?? 'LF',
      files,
      signal: options.signal,
    });
    const errors = rows.failed === 0 ? [] : await errorGroupsIn(files.failed, delimiter);
    const outcome = outcomeOf(rows, errors, names);
    await perFile(async (set) => {
      const name = outcome.paths[set];
      if (name !== null) await nameFile(files[set], name, elsewhere);
    });
    return { info, outcome };
  } finally {
    for (const path of Object.values(files)) await rm(path, { force: true });
  }
}

const elsewhere = ['Or put the results into another folder: --results-dir FOLDER.'];
