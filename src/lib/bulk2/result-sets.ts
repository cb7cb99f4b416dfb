import { untilAborted } from '../abortable.js';
import type { IngestJobs } from '../api/ingest-jobs.js';
import { delimiterCharacters, type JobInfo } from '../api/types.js';
import { downloadSet } from '../load/collect/download-set.js';
import type { ResultSetName } from '../load/model/result-sets.js';
import { TempFolder } from '../run/temp-folder.js';
import { RowCountError } from '../errors.js';
import { readRows, readUploadedRows } from '../csv/read-rows.js';
import type { ResultFetcher } from '../load/collect/request.js';
import { unprocessedRows, type SpooledSet } from './unprocessed-rows.js';

/** One row of results: the columns as uploaded, and those that the service adds. Values are text. */
export type ResultRecord = Readonly<Record<string, string>>;

/** A row that the job did not come to: as text, when it is no sound CSV. */
export type UnprocessedRecord = ResultRecord | string;

export type ResultSetRequest = {
  readonly jobs: IngestJobs;
  readonly job: JobInfo;
  readonly name: ResultSetName;
  readonly signal: AbortSignal;
};

/**
 * Reads one result set of a finished job, in constant memory: it is on disk before the first row is handed out, so
 * that a broken download is repeated unseen. An unprocessed row that is no sound CSV comes as text.
 * @throws RowCountError the set has more or fewer rows than the job says
 */
export async function* resultRecords(
  request: ResultSetRequest,
): AsyncGenerator<UnprocessedRecord, void, undefined> {
  const set = await download(request);
  try {
    const read = request.name === 'unprocessed' ? readUploadedRows : readRows;
    yield* untilAborted<UnprocessedRecord>(read(set.read(), set.delimiter), request.signal);
  } finally {
    await set.dispose();
  }
}

/** One result set as CSV, header included. */
export async function* resultBytes(request: ResultSetRequest): AsyncGenerator<Buffer, void, undefined> {
  const set = await download(request);
  try {
    yield* set.read();
  } finally {
    await set.dispose();
  }
}

async function download(request: ResultSetRequest): Promise<SpooledSet> {
  const folder = await TempFolder.make();
  try {
    const set = await downloadInto(folder, request);
    const { read, delimiter } = set;
    return {
      read,
      delimiter,
      async dispose() {
        await set.dispose();
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

async function downloadInto(
  folder: TempFolder,
  { jobs, job, name, signal }: ResultSetRequest,
): Promise<SpooledSet> {
  const delimiter = delimiterCharacters[job.columnDelimiter ?? 'COMMA'];
  if (name === 'unprocessed' && job.state !== 'JobComplete') {
    return unprocessedRows({ jobs, job, delimiter, spoolPath: folder.pathOf(name), signal });
  }
  const fetch: ResultFetcher = (id, kind, read) => jobs.results(id, kind, ({ body }) => read(body));
  const spoolPrefix = folder.pathOf('');
  const set = await downloadSet(job.id, name, {
    fetch,
    delimiter,
    spoolPrefix,
    signal,
  });
  const expected = rowsOf(job, name);
  if (expected === undefined || expected === set.rows) return set;
  await set.dispose();
  throw new RowCountError(
    `Job ${job.id} has ${expected} ${name} rows by its own figures, and ${set.rows} of them came.`,
    { data: { jobId: job.id, expected, received: set.rows } },
  );
}

/** Undefined where the job's figures do not tell. */
function rowsOf({ state, ...job }: JobInfo, name: ResultSetName): number | undefined {
  if (state !== 'JobComplete') return undefined;
  const { numberRecordsProcessed: processed, numberRecordsFailed: failed } = job;
  if (name === 'failed') return failed;
  if (name === 'unprocessed' || processed === undefined || failed === undefined) return undefined;
  return processed - failed;
}
