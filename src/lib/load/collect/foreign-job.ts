import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { ingestJobs } from '../../api/ingest-jobs.js';
import type { OrgApi } from '../../api/port.js';
import { delimiterCharacters, type JobInfo } from '../../api/types.js';
import { pollUntilEnded } from '../../jobs/poll.js';
import type { JobWarning } from '../../jobs/watcher.js';
import { collectResults } from './collect.js';
import { errorGroupsIn, outcomeOf } from './complete.js';
import { nameFile, requireFree } from './name-file.js';
import type { CollectOutcome } from '../model/result-sets.js';
import { perFile } from './result-files.js';
import { gatheredPathsOf, resultPathsOf } from './result-paths.js';
import { requireResultsFolder } from '../model/request.js';

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
