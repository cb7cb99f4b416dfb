import type { OrgConnection } from '../api/session.js';
import type { IngestJobRequest, QueryJobRequest } from '../api/types.js';
import type { ByQueryOutcome } from '../by-query/outcome.js';
import {
  destroyByQuery,
  updateByQuery,
  type ByQueryOptions,
  type DestroyOptions,
} from '../by-query/by-query.js';
import type { RecordMapping, RecordTemplate } from '../by-query/request.js';
import { makeAssignable } from './assignable.js';
import { dateColumnsOf } from './date-columns.js';
import type { BulkInput } from './input.js';
import { IngestJobV2 } from './ingest-job.js';
import type { PollDefaults } from './job.js';
import { loadFiles, resumeByJobId, type LoadFilesOptions, type ResumeOptions } from './load-files.js';
import { OrgPort, type OrgPortOptions } from './org-port.js';
import { QueryJobV2 } from './query-job.js';
import type { RecordStream } from './record-stream.js';
import { stageBulkInput } from './stage-input.js';
import { submitOnce } from './submit-once.js';
import { measureInput, type IngestResults } from './whole-results.js';
import type { LoadStatus } from '../load/status.js';
import type { RunContext } from '../run/context.js';

/** How a BulkV2 object works; every one has a default. */
export type BulkV2Options = OrgPortOptions & Partial<PollDefaults>;

/** Ends what was asked for early: the promise rejects with the signal's reason, and jobs go on in the org. */
export type WithSignal = { readonly signal?: AbortSignal };

/** An ingest job as the service creates it; `columnDelimiter` COMMA and `lineEnding` LF unless they are given. */
export type NewIngestJobOptions = IngestJobRequest & WithSignal;

/** A query job as the service creates it. */
export type NewQueryJobOptions = QueryJobRequest & WithSignal;

/** A job, what goes into it, and in milliseconds how often and how long to look whether it has ended. */
export type LoadAndWaitOptions = NewIngestJobOptions & Partial<PollDefaults> & { readonly input: BulkInput };

/** `pollInterval` and `pollTimeout` in milliseconds; the delimiter and line ending are those of `stream()`. */
export type QueryOptions = WithSignal &
  Partial<PollDefaults> &
  Pick<QueryJobRequest, 'columnDelimiter' | 'lineEnding'> & {
    /** Deleted and archived records too. Default false. */
    readonly scanAll?: boolean;
  };

/**
 * Bulk API 2.0 over a Connection of jsforce or `@salesforce/core`. It has the methods, options, defaults and events of
 * jsforce's `conn.bulk2`, and can take its place: `conn.bulk2 = new BulkV2(conn)`.
 *
 * @example
 * const bulk = new BulkV2(connection);
 * const { failedResults } = await bulk.loadAndWaitForResults({ object: 'Account', operation: 'insert', input });
 */
export class BulkV2 implements PollDefaults, AsyncDisposable {
  /** Milliseconds between two looks at a job. Default 1,000. */
  pollInterval: number;
  /** Milliseconds until waiting for a job ends; the job goes on. Default 30,000. */
  pollTimeout: number;
  readonly #port: OrgPort;

  constructor(connection: OrgConnection, options: BulkV2Options = {}) {
    this.pollInterval = options.pollInterval ?? 1_000;
    this.pollTimeout = options.pollTimeout ?? 30_000;
    this.#port = new OrgPort(connection, options);
    makeAssignable(connection, 'bulk2');
  }

  /** An ingest job that is still to be opened. */
  createJob(options: NewIngestJobOptions): IngestJobV2;
  /** A query job that is still to be opened, for those who want its id and its events; `query` does it all. */
  createJob(options: NewQueryJobOptions): QueryJobV2;
  createJob({ signal, ...request }: NewIngestJobOptions | NewQueryJobOptions): IngestJobV2 | QueryJobV2 {
    const setup = this.#jobSetup(signal);
    return isQuery(request) ? new QueryJobV2({ ...setup, request }) : new IngestJobV2({ ...setup, request });
  }

  /** A job that the org has, whoever created it. */
  job(type: 'query', options: { readonly id: string } & WithSignal): QueryJobV2;
  job(type: 'ingest', options: { readonly id: string } & WithSignal): IngestJobV2;
  job(
    type: 'ingest' | 'query',
    { id, signal }: { readonly id: string } & WithSignal,
  ): IngestJobV2 | QueryJobV2 {
    const setup = { ...this.#jobSetup(signal), id };
    return type === 'query' ? new QueryJobV2(setup) : new IngestJobV2(setup);
  }

  /**
   * Loads an input that fits into one job (100 MB), waits, and gives all results, which have each row of the input.
   * Use `load` for more, or where the load must be resumable. Of an input without rows nothing is sent.
   *
   * @throws JobFailedError the org ended the job as `Failed` or `Aborted`
   * @throws PollingTimeoutError the time is up; the job goes on, `data.jobId` names it
   * @throws RowCountError the results have more or fewer rows than the input, or other keys
   * @throws InputError | UsageError the input cannot be loaded; nothing was sent
   */
  async loadAndWaitForResults(options: LoadAndWaitOptions): Promise<IngestResults> {
    const { input, pollInterval, pollTimeout, ...request } = options;
    const signal = this.#port.signalWith(request.signal);
    const staged = await stageBulkInput(input, {
      operation: request.operation,
      given: request,
      dateColumns: () => dateColumnsOf(request.object, this.#port.api, signal),
      signal,
    });
    try {
      const sent = await measureInput(staged, request);
      if (sent.rowsSent === 0) return { successfulResults: [], failedResults: [], unprocessedRecords: [] };
      const jobRequest = { ...request, ...staged.form };
      const job = await submitOnce(() => this.createJob(jobRequest), staged);
      await job.poll(pollInterval, pollTimeout);
      return await job.wholeResults(sent, jobRequest);
    } finally {
      await staged.dispose();
    }
  }

  /**
   * Loads files or a stream of any size, in as many jobs as it takes, and writes the results to files. A load that was
   * interrupted goes on with `resume`, or with `sf bulk2 job resume`: each row is submitted exactly once.
   *
   * @throws InputError the input cannot be loaded; everything that is wrong with it, and nothing was sent
   * @throws JobFailedError | PollingTimeoutError | RowCountError
   */
  load(options: LoadFilesOptions): Promise<LoadStatus> {
    return loadFiles(options, this.context(options));
  }

  /** Takes an interrupted `load` to its end, by the id of any of its jobs. Throws as `load` does. */
  resume(jobId: string, options: ResumeOptions = {}): Promise<LoadStatus> {
    return resumeByJobId(jobId, options, this.context(options));
  }

  /**
   * Runs a query as a Bulk job, waits until it has been processed, and gives its records as a stream.
   *
   * @throws JobFailedError the org could not run the query; the message says why
   * @throws PollingTimeoutError the time is up; the job goes on, `data.jobId` names it
   */
  async query(soql: string, options: QueryOptions = {}): Promise<RecordStream> {
    const { scanAll = false, columnDelimiter, lineEnding, pollInterval, pollTimeout, signal } = options;
    const job = this.createJob({
      query: soql,
      operation: scanAll ? 'queryAll' : 'query',
      ...(columnDelimiter === undefined ? {} : { columnDelimiter }),
      ...(lineEnding === undefined ? {} : { lineEnding }),
      ...(signal === undefined ? {} : { signal }),
    });
    await job.open();
    await job.poll(pollInterval, pollTimeout);
    return job.result();
  }

  /**
   * Deletes every record that a query finds: over SObject Collections up to `bulkThreshold` records (default 200),
   * with a Bulk load above it. Each record has a result, whatever became of it.
   * @throws UsageError | SoqlError the query cannot be used; nothing was deleted
   */
  destroy(soql: string, options: ByQueryOptions & DestroyOptions & WithSignal = {}): Promise<ByQueryOutcome> {
    return destroyByQuery(soql, { ...options, context: this.context(options) });
  }

  /**
   * Updates every record that a query finds, in the way of `destroy`.
   *
   * @param change new values by field, with templates such as `${Name} (old)`, or a function of the record
   * @throws UsageError | SoqlError the query or the change cannot be used; nothing was updated
   */
  update(
    soql: string,
    change: RecordTemplate | RecordMapping,
    options: ByQueryOptions & WithSignal = {},
  ): Promise<ByQueryOutcome> {
    return updateByQuery(soql, change, { ...options, context: this.context(options) });
  }

  /** The ports that `planLoad`, `startLoad`, `runExport` and the other engines take. */
  context(options: WithSignal = {}): RunContext {
    return this.#port.context(options.signal);
  }

  /** Closes the connections to the org; a later call opens them again. A process ends without this, too. */
  close(): Promise<void> {
    return this.#port.close();
  }

  /** `await using bulk = new BulkV2(connection)` closes at the end of its block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #jobSetup(signal: AbortSignal | undefined) {
    return { port: this.#port, pollDefaults: this, signal: this.#port.signalWith(signal) };
  }
}

function isQuery(request: IngestJobRequest | QueryJobRequest): request is QueryJobRequest {
  return 'query' in request;
}
