import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { ingestJobs } from '../api/ingest-jobs.js';
import type { OrgApi } from '../api/port.js';
import { delimiterCharacters, type JobInfo } from '../api/types.js';
import { pollUntilEnded, hasEnded } from '../jobs/poll.js';
import type { JobWarning } from '../jobs/watcher.js';
import { collectResults } from './collect/collect.js';
import { errorGroupsIn, outcomeOf } from './collect/complete.js';
import { nameFile, requireFree } from './collect/name-file.js';
import type { CollectOutcome, ResultSet, ResultSetName } from './model/result-sets.js';
import { perFile } from './collect/result-files.js';
import { gatheredPathsOf, resultPathsOf } from './collect/result-paths.js';
import { requireResultsFolder } from './model/request.js';
import { downloadSet } from './collect/download-set.js';
import { ErrorGroups, type ErrorGroup } from './model/error-groups.js';
import { countErrors } from './collect/failed-sample.js';

type ForeignJobOptions = {
  readonly resultsDir: string;
  readonly deadline?: number;
  readonly onInfo?: (info: JobInfo) => void;
  readonly onWarning?: (warning: JobWarning) => void;
  readonly signal?: AbortSignal;
};

/**
 * Waits for an ingest job that the plugin did not create, and collects its results. Nothing of it is changed: it is not
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
    const progress = await collectResults({
      jobs: [{ jobId, processed: info.numberRecordsProcessed ?? 0, failed: info.numberRecordsFailed ?? 0 }],
      fetch: (id, kind, read) => jobs.results(id, kind, ({ body }) => read(body)),
      delimiter,
      lineEnding: info.lineEnding ?? 'LF',
      files,
      signal: options.signal,
    });
    const errors = progress.rows.failed === 0 ? [] : await errorGroupsIn(files.failed, delimiter);
    const outcome = outcomeOf(progress, errors, names);
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

/** What became of the rows of a job that the plugin did not create. */
export type ForeignFailures = {
  readonly failed: number;
  readonly unprocessed: number;
  /** Worst first. */
  readonly errors: readonly ErrorGroup[];
};

type Options = {
  /** Begins the path of the file that holds results while they are read. */
  readonly spoolPrefix: string;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Reads the failed rows of an ingest job, and counts those that an ended job never came to. Of a job that has not ended
 * the org tells no rows yet, and nothing is asked.
 * @throws IncompleteResultError | ResultFormatError the results never came whole
 */
export async function foreignFailures(
  api: OrgApi,
  info: JobInfo,
  { spoolPrefix, signal = new AbortController().signal }: Options,
): Promise<ForeignFailures> {
  const { id, state, columnDelimiter = 'COMMA', numberRecordsFailed: failed = 0 } = info;
  const jobs = ingestJobs(api, signal);
  const options = {
    fetch: <T>(jobId: string, kind: Parameters<typeof jobs.results>[1], read: ReadBody<T>) =>
      jobs.results(jobId, kind, ({ body }) => read(body)),
    delimiter: delimiterCharacters[columnDelimiter],
    spoolPrefix,
    signal,
  };
  const read = async <T>(name: ResultSetName, work: (set: ResultSet) => T | Promise<T>): Promise<T> => {
    const set = await downloadSet(id, name, options);
    try {
      return await work(set);
    } finally {
      await set.dispose();
    }
  };
  const errors = hasEnded(state) && failed > 0 ? await read('failed', groupsOf) : [];
  const mayHaveLeftRows = state === 'Failed' || state === 'Aborted';
  const unprocessed = mayHaveLeftRows ? await read('unprocessed', ({ rows }) => rows) : 0;
  return { failed, unprocessed, errors };
}

type ReadBody<T> = (body: AsyncIterable<Buffer>) => Promise<T>;

async function groupsOf({ read, delimiter }: ResultSet): Promise<readonly ErrorGroup[]> {
  const groups = new ErrorGroups();
  await countErrors(read(), delimiter, groups);
  return groups.report();
}
