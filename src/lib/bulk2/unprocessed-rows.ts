import { readUploadedRows } from '../csv/read-rows.js';
import { PageSpool } from '../files/spool.js';
import { untilFound } from '../jobs/poll.js';
import { RowCountError } from '../errors.js';
import type { IngestJobs } from '../api/ingest-jobs.js';
import type { JobInfo } from '../api/types.js';
import type { ResultSet } from '../load/model/result-sets.js';

/** A result set on disk. */
export type SpooledSet = Pick<ResultSet, 'read' | 'delimiter' | 'dispose'>;

type SpoolOptions = {
  readonly jobs: IngestJobs;
  readonly job: JobInfo;
  readonly delimiter: string;
  readonly spoolPath: string;
  readonly signal: AbortSignal;
};

/** Downloads before giving up. */
const attempts = 4;

/**
 * Downloads the rows that a job did not come to, as they were uploaded: a row that is no sound CSV may be the very
 * reason why. What is not sound, or lacks its end, is believed when two downloads have the same length.
 * @throws RowCountError no two downloads are the same
 */
export async function unprocessedRows({
  jobs,
  job,
  delimiter,
  spoolPath,
  signal,
}: SpoolOptions): Promise<SpooledSet> {
  const spool = new PageSpool(spoolPath);
  const take = () => jobs.results(job.id, 'unprocessedrecords', ({ body }) => keep(body, spool, signal));
  try {
    let before: number | undefined;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const { bytes, endsWithNewline } = await untilFound(job.id, take, signal);
      const isPlain = endsWithNewline && (await isSound(spool.read(), delimiter));
      if (isPlain || bytes === before) {
        return { read: () => spool.read(), delimiter, dispose: () => spool.dispose() };
      }
      before = bytes;
    }
    throw new RowCountError(`The unprocessed rows of job ${job.id} came with another length each time.`, {
      data: { jobId: job.id },
    });
  } catch (error) {
    await spool.dispose();
    throw error;
  }
}

async function keep(body: AsyncIterable<Buffer>, spool: PageSpool, signal: AbortSignal) {
  await spool.clear();
  let bytes = 0;
  let last: number | undefined;
  for await (const chunk of body) {
    signal.throwIfAborted();
    await spool.write(chunk);
    bytes += chunk.length;
    last = chunk.at(-1) ?? last;
  }
  return { bytes, endsWithNewline: bytes === 0 || last === 0x0a };
}

async function isSound(csv: AsyncIterable<Buffer>, delimiter: string): Promise<boolean> {
  for await (const row of readUploadedRows(csv, delimiter)) if (typeof row === 'string') return false;
  return true;
}
