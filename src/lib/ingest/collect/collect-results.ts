import { appendFailedRows, failedHeaderLine } from './append-failed-rows.js';
import { appendRows, headerLine, type Dialect } from './append-rows.js';
import { disposeAll, downloadJob, type DownloadedJob } from './download-job.js';
import { ErrorGroups } from './error-groups.js';
import { countErrorsAgain } from './failed-sample.js';
import { inOrder } from './in-order.js';
import { canContinue, readPartial, ResultFiles } from './result-files.js';
import { resultSets } from './result-set.js';
import { requireAllRows, type JobRowCount } from './row-counts.js';
import type { CollectOutcome, CollectRequest, FinishedJob } from './types.js';

/**
 * Downloads the results of finished jobs and merges them into the three files of a load: rows pass through as the
 * service wrote them, failed rows get their place in the input. The files appear under their names only when every
 * row that was sent is in exactly one of them.
 *
 * A job whose rows do not add up is left out and told at the end, so that the others' rows are at hand meanwhile.
 *
 * @throws RowCountError rows are missing or too many; what adds up is in the `.part` files
 * @throws IncompleteResultError a result set never arrived whole
 * @throws ResultFormatError the org answered with something that is not a result set
 */
export async function collectResults(request: CollectRequest): Promise<CollectOutcome> {
  const { files: paths, delimiter, lineEnding, inputRows } = request;
  const from =
    request.from !== undefined && (await canContinue(paths, request.from.progress))
      ? request.from
      : undefined;
  const errors = new ErrorGroups();
  const failedBytes = from?.progress.bytes.failed ?? 0;
  if (failedBytes > 0) await countErrorsAgain(readPartial(paths.failed, failedBytes), delimiter, errors);
  const files = await ResultFiles.open(paths, from?.progress);
  const collector = new Collector(request, { files, errors, newline: lineEnding === 'CRLF' ? '\r\n' : '\n' });
  try {
    const short = await collector.collect(jobsOf(from));
    requireAllRows(short, { inputRows, rows: files.rows }, files.partialPaths);
    await collector.writeMissingHeaders();
    const { success: successful, failed, unprocessed } = files.rows;
    return { successful, failed, unprocessed, errors: errors.report(), paths: await files.commit() };
  } catch (error) {
    await files.close();
    throw error;
  }
}

/** The journal may also have jobs from before the partial files were lost: only the last ones count. */
function jobsOf(from: CollectRequest['from']): ReadonlySet<string> {
  return new Set(from?.jobIds.slice(from.jobIds.length - from.progress.jobs));
}

class Collector {
  readonly #request: CollectRequest;
  readonly #files: ResultFiles;
  readonly #errors: ErrorGroups;
  readonly #dialect: Dialect;
  #columns: readonly string[] | undefined;

  constructor(
    request: CollectRequest,
    { files, errors, newline }: { files: ResultFiles; errors: ErrorGroups; newline: string },
  ) {
    this.#request = request;
    this.#files = files;
    this.#errors = errors;
    this.#dialect = { delimiter: request.delimiter, newline };
    this.#columns = request.columns;
  }

  /** @returns the jobs whose rows do not add up */
  async collect(collected: ReadonlySet<string>): Promise<JobRowCount[]> {
    const { jobs, fetch, delimiter, files, concurrency = 4, refetchWaitMs = 1_000 } = this.#request;
    const base = { fetch, delimiter, spoolPrefix: `${files.success}.`, refetchWaitMs };
    const downloaded = inOrder(without(jobs, collected), {
      limit: concurrency,
      work: (job, unwanted) => downloadJob(job, { ...base, signal: either(unwanted, this.#request.signal) }),
      discard: ({ sets }) => disposeAll(sets),
    });
    const short: JobRowCount[] = [];
    for await (const { job, sets, count, addsUp } of downloaded) {
      try {
        if (addsUp) await this.#add(job, { sets, count });
        else short.push(count);
      } finally {
        await disposeAll(sets);
      }
    }
    return short;
  }

  async writeMissingHeaders(): Promise<void> {
    const columns = this.#columns ?? [];
    for (const name of ['success', 'unprocessed'] as const) {
      const file = this.#files[name];
      if (file.offset === 0) await file.write(headerLine(name, columns, this.#dialect));
    }
    if (this.#files.failed.offset === 0)
      await this.#files.failed.write(failedHeaderLine(columns, this.#dialect));
  }

  async #add(job: FinishedJob, { sets, count }: Pick<DownloadedJob, 'sets' | 'count'>): Promise<void> {
    this.#request.signal?.throwIfAborted();
    for (const set of sets) {
      this.#columns ??= set.header.slice(resultSets[set.name].serviceColumns.length);
      const options = { columns: this.#columns, dialect: this.#dialect };
      if (set.name !== 'failed') await appendRows(this.#files[set.name], set, options);
      else {
        const { keyColumn } = this.#request;
        await appendFailedRows(this.#files.failed, set, {
          ...options,
          source: job.source,
          keyColumn,
          errors: this.#errors,
        });
      }
    }
    this.#files.countJob(count.results);
    const progress = await this.#files.sync();
    await this.#request.onJobCollected?.(job.jobId, progress);
  }
}

function either(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? one : AbortSignal.any([one, other]);
}

async function* without(
  jobs: CollectRequest['jobs'],
  collected: ReadonlySet<string>,
): AsyncGenerator<FinishedJob> {
  for await (const job of jobs) if (!collected.has(job.jobId)) yield job;
}
