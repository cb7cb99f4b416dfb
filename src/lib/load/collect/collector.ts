import { appendFailedRows } from './failed-rows.js';
import { appendRows } from './append-rows.js';
import { disposeAll, downloadJob, type DownloadedJob } from './download.js';
import { checkCounts } from './findings.js';
import { inOrder } from './in-order.js';
import type { Layout } from './layout.js';
import type { ResultFiles } from './result-files.js';
import { resultSets, type ResultSet } from './result-set.js';
import type { JobRowCount } from './row-counts.js';
import type { CollectRequest, FinishedJob, PerResultFile } from './request.js';
import type { SourceRows } from './source-rows.js';
import { appendSourceRows, unreturnedRows } from './unreturned-rows.js';

/** Brings the rows of one job after the other into the result files. */
export class Collector {
  readonly #request: CollectRequest;
  readonly #files: ResultFiles;
  readonly #newline: string;
  #columns: readonly string[] | undefined;

  constructor(request: CollectRequest, { files, newline }: { files: ResultFiles; newline: string }) {
    this.#request = request;
    this.#files = files;
    this.#newline = newline;
    this.#columns = request.columns;
  }

  /** @returns the jobs whose rows do not add up */
  async collect(collected: ReadonlySet<string>): Promise<JobRowCount[]> {
    const { jobs, fetch, delimiter, files, concurrency = 4, refetchWaitMs = 1_000 } = this.#request;
    const base = {
      fetch,
      delimiter,
      keyName: this.#request.keyColumn,
      spoolPrefix: `${files.success}.`,
      refetchWaitMs,
    };
    const downloaded = inOrder(without(jobs, collected), {
      limit: concurrency,
      work: (job, unwanted) => downloadJob(job, { ...base, signal: either(unwanted, this.#request.signal) }),
      discard: ({ sets }) => disposeAll(sets),
    });
    const short: JobRowCount[] = [];
    for await (const downloadedJob of downloaded) {
      try {
        const isComplete = await this.#add(downloadedJob);
        if (!isComplete) short.push(shortOf(downloadedJob));
      } finally {
        await disposeAll(downloadedJob.sets);
      }
    }
    return short;
  }

  /** Puts rows that are in no job to those that were not processed. Not journalled: they can be had again. */
  async addUnsent(source: SourceRows): Promise<void> {
    await this.#request.confirm?.();
    const rows = await appendSourceRows(this.#files.unprocessed, source, this.#layout(source.columns));
    this.#files.countRows({ success: 0, failed: 0, unprocessed: rows });
  }

  /** @returns false when the rows do not add up; then nothing was written */
  async #add({ job, sets, count, addsUp, keys }: DownloadedJob): Promise<boolean> {
    this.#request.signal?.throwIfAborted();
    await this.#request.confirm?.();
    if (addsUp) {
      for (const finding of [keys, checkCounts(job, count)])
        if (finding !== undefined) this.#request.onFinding?.(job.jobId, finding);
      for (const set of sets) await this.#append(job, set);
      await this.#jobIsComplete(job, count.results);
      return true;
    }
    const source = await unreturnedRows(job, count);
    if (source === undefined) return false;
    await appendSourceRows(this.#files.unprocessed, source, this.#layout(source.columns));
    await this.#jobIsComplete(job, { ...count.results, unprocessed: job.rowsSent ?? 0 });
    return true;
  }

  async #append(job: FinishedJob, set: ResultSet): Promise<void> {
    const layout = this.#layout(set.header.slice(resultSets[set.name].serviceColumns.length));
    if (set.name !== 'failed') return appendRows(this.#files[set.name], set, layout);
    const { keyColumn } = this.#request;
    const options = { layout, source: job.source, keyColumn };
    return appendFailedRows(this.#files.failed, set, options);
  }

  async #jobIsComplete({ jobId }: FinishedJob, rows: PerResultFile<number>): Promise<void> {
    this.#files.countJob(rows);
    const progress = await this.#files.sync();
    await this.#request.onJobCollected?.(jobId, progress);
  }

  /** @param ownColumns are taken for those of the load when the request does not name any */
  #layout(ownColumns: readonly string[]): Layout {
    this.#columns ??= ownColumns;
    return { columns: this.#columns, delimiter: this.#request.delimiter, newline: this.#newline };
  }
}

function shortOf({ count, keys }: DownloadedJob): JobRowCount {
  if (keys?.kind !== 'otherRows') return count;
  const { doubled, missing } = keys;
  return { ...count, otherRows: { doubled, missing } };
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
