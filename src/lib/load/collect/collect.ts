import { isStillThere, ResultFiles } from './result-files.js';
import { requireAllRows } from './row-counts.js';
import {
  type CollectProgress,
  type Layout,
  resultSets,
  type ResultSet,
  type PerResultFile,
} from '../model/result-sets.js';
import type { LineEnding } from '../../api/types.js';
import { appendPlacedRows } from './placed-rows.js';
import { appendRows, appendSourceRows, unreturnedRows } from './append-rows.js';
import { disposeAll, downloadJob, type DownloadedJob } from './download.js';
import { checkCounts } from './findings.js';
import type { ResultFinding, JobRowCount } from '../model/result-finding.js';
import { inOrder } from './in-order.js';
import { PlaceIndexes } from './place-index.js';
import type { FinishedJob, ResultFetcher } from './request.js';
import type { SourceRows } from './source-rows.js';

/**
 * Downloads the results of finished jobs and gathers them in three files: rows pass through as the service wrote them,
 * failed rows get their place in the input. They are complete when every row that was sent is in exactly one of them.
 *
 * A job whose rows do not add up is left out and told at the end, so that the others' rows are at hand meanwhile.
 *
 * @returns the rows and bytes in the files; those of a set without rows hold nothing worth keeping
 * @throws RowCountError rows are missing or too many; what adds up is in the files
 * @throws IncompleteResultError a result set never arrived whole
 * @throws ResultFormatError the org answered with something that is not a result set
 */
export async function collectResults(request: CollectRequest): Promise<CollectProgress> {
  const { lineEnding, inputRows, confirm } = request;
  await confirm?.();
  const from =
    request.from !== undefined && (await isStillThere(request.files, request.from.progress))
      ? request.from
      : undefined;
  const files = await ResultFiles.open(request.files, from?.progress);
  try {
    const collector = new Collector(request, { files, newline: lineEnding === 'CRLF' ? '\r\n' : '\n' });
    const short = await collector.collect(jobsOf(from));
    for (const source of request.unsent ?? []) await collector.addUnsent(source);
    requireAllRows(short, { inputRows, rows: files.rows }, Object.values(request.files));
    return await files.sync();
  } finally {
    await files.close();
  }
}

/** The journal may name jobs from before the files were lost, and a job again when the files were copied: the last ones count. */
function jobsOf(from: CollectRequest['from']): ReadonlySet<string> {
  const lastFirst = new Set(from?.jobIds.toReversed());
  return new Set([...lastFirst].slice(0, from?.progress.jobs));
}

export type CollectRequest = {
  /** All jobs of the load, in the order their rows shall have. They may arrive one by one, as jobs finish. */
  readonly jobs: Iterable<FinishedJob> | AsyncIterable<FinishedJob>;
  readonly fetch: ResultFetcher;
  /** The delimiter of the jobs, as a character. */
  readonly delimiter: string;
  readonly lineEnding: LineEnding;
  /** The columns as uploaded. Leave them out for a job that the plugin did not create: its own header is taken. */
  readonly columns?: readonly string[];
  /** Columns that were not uploaded, and are in the result files. Absent: none are, and only failed rows get places. */
  readonly kept?: readonly string[] | undefined;
  /**
   * Each row is a record of its own: of rows that are alike, any may be the one that failed. The file of successful rows has
   * neither kept columns nor places: nobody fixes its rows, and to find them takes long.
   */
  readonly isOfCopy?: boolean;
  /** Where the rows are gathered; the names end in `.part`. */
  readonly files: PerResultFile<string>;
  /** Rows that are in no job, and never will be. */
  readonly unsent?: readonly SourceRows[];
  /** Rows in the whole input, checked against the results of all jobs. */
  readonly inputRows?: number;
  /** A column that tells rows apart: the external id of an upsert, `Id` of an update or delete. */
  readonly keyColumn?: string;
  /** Result sets downloaded at once. Default 4. */
  readonly concurrency?: number;
  /**
   * What was journalled of an interrupted collection: its last progress, and the jobs up to it in their order. When
   * the files are gone, everything is collected anew.
   */
  readonly from?: { readonly jobIds: readonly string[]; readonly progress: CollectProgress };
  /** Called when a job's rows are on disk; the next job is appended after it resolves. */
  readonly onJobCollected?: (jobId: string, progress: CollectProgress) => Promise<void>;
  /** Asked before the files are opened, and before a job's rows go into them: they may be another process's by now. */
  readonly confirm?: () => Promise<void>;
  /** Called when something is strange about a job's results, and they are good all the same. */
  readonly onFinding?: (jobId: string, finding: ResultFinding) => void;
  readonly signal?: AbortSignal;
  /** The wait before a set that is not whole is fetched again. Default 1,000. */
  readonly refetchWaitMs?: number;
};

/** Brings the rows of one job after the other into the result files. */
class Collector {
  readonly #request: CollectRequest;
  readonly #files: ResultFiles;
  readonly #newline: string;
  readonly #indexes: PlaceIndexes;
  #columns: readonly string[] | undefined;

  constructor(request: CollectRequest, { files, newline }: { files: ResultFiles; newline: string }) {
    this.#request = request;
    this.#files = files;
    this.#newline = newline;
    this.#indexes = new PlaceIndexes(request.isOfCopy);
    this.#columns = request.columns;
  }

  /** @returns the jobs whose rows do not add up */
  async collect(collected: ReadonlySet<string>): Promise<JobRowCount[]> {
    const { jobs, fetch, delimiter, files, concurrency = 4, refetchWaitMs } = this.#request;
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
      const created = sets.reduce((sum, set) => sum + set.created, 0);
      await this.#jobIsComplete(job, count.results, created);
      return true;
    }
    const source = await unreturnedRows(job, count);
    if (source === undefined) return false;
    await appendSourceRows(this.#files.unprocessed, source, this.#layout(source.columns));
    await this.#jobIsComplete(job, { ...count.results, unprocessed: job.rowsSent ?? 0 });
    return true;
  }

  async #append(job: FinishedJob, set: ResultSet): Promise<void> {
    const { keyColumn, isOfCopy = false } = this.#request;
    const whole = this.#layout(set.header.slice(resultSets[set.name].serviceColumns.length));
    const layout = set.name === 'success' && isOfCopy ? { ...whole, kept: undefined } : whole;
    if (set.name !== 'failed' && layout.kept === undefined)
      return appendRows(this.#files[set.name], set, layout);
    const options = { layout, source: job.source, keyColumn, indexes: this.#indexes };
    return appendPlacedRows(this.#files[set.name], set, options);
  }

  async #jobIsComplete({ jobId }: FinishedJob, rows: PerResultFile<number>, created = 0): Promise<void> {
    this.#files.countJob(rows, created);
    const progress = await this.#files.sync();
    await this.#request.onJobCollected?.(jobId, progress);
  }

  /** @param ownColumns are taken for those of the load when the request does not name any */
  #layout(ownColumns: readonly string[]): Layout {
    this.#columns ??= ownColumns;
    const { delimiter, kept } = this.#request;
    return { columns: this.#columns, delimiter, newline: this.#newline, kept };
  }
}

/** What to say of a job whose rows do not add up. */
export function shortOf({ count, keys }: DownloadedJob): JobRowCount {
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
