import { ingestJobs } from '../../api/ingest-jobs.js';
import type { OrgApi } from '../../api/port.js';
import { delimiterCharacters, type JobInfo } from '../../api/types.js';
import { downloadSet } from './download-set.js';
import { ErrorGroups, type ErrorGroup } from '../model/error-groups.js';
import { countErrors } from './failed-sample.js';
import type { ResultSet, ResultSetName } from '../model/result-sets.js';
import { hasEnded } from '../../jobs/poll.js';

/** What became of the rows of a job that this tool did not create. */
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
    refetchWaitMs: 1_000,
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
