import { restApi } from '../api/rest.js';
import type { OrgConnection } from '../api/session.js';
import type { ByQueryOutcome } from '../by-query/outcome.js';
import {
  destroyByQuery,
  updateByQuery,
  type ByQueryOptions,
  type DestroyOptions,
} from '../by-query/by-query.js';
import type { RecordMapping, RecordTemplate } from '../by-query/request.js';
import { makeAssignable } from './assignable.js';
import { isQuery, requireCall, requireConnection, signalOf } from './check-calls.js';
import { requireValue, rules } from './check-options.js';
import { dateColumnsOf, type TypedRecord, type WithTyped } from './typed-rows.js';
import { atDoor } from './door.js';
import { knownInput } from './input.js';
import { IngestJobV2 } from './ingest-job.js';
import type { Job, PollDefaults } from './job.js';
import { loadFiles, resumeByJobId, type LoadFilesOptions, type ResumeOptions } from './load-files.js';
import type {
  BulkV2Options,
  ExistingJobOptions,
  JobsOptions,
  LoadAndWaitOptions,
  NewIngestJobOptions,
  NewQueryJobOptions,
  QueryOptions,
  WithJobSignal,
  WithSignal,
} from './options.js';
import { OrgPort } from './org-port.js';
import { recordsByIds } from './query-by-ids.js';
import { QueryJobV2 } from './query-job.js';
import { jobInfoV2, type IngestJobV2Results, type JobInfoV2 } from './jsforce-types.js';
import type { QueryRecord, RecordStream } from './record-stream.js';
import type { ResultRecord } from './result-sets.js';
import { ingestRequestOf, queryRequestOf } from './job-requests.js';
import { stageBulkInput } from './stage-input.js';
import { submitOnce } from './submit-once.js';
import { measureInput } from './whole-results.js';
import { listJobs } from '../jobs/list.js';
import type { LoadStatus } from '../load/model/status.js';
import type { RunContext } from '../run/context.js';

/**
 * Bulk API 2.0 over a Connection of jsforce or `@salesforce/core`. It has the methods, options, defaults and events of
 * jsforce's `conn.bulk2`, and can take its place: `conn.bulk2 = new BulkV2(conn)`.
 *
 * @example
 * const bulk = new BulkV2(connection);
 * const { failedResults } = await bulk.loadAndWaitForResults({ object: 'Account', operation: 'insert', input });
 */
export class BulkV2 implements PollDefaults, AsyncDisposable {
  readonly #port: OrgPort;
  #pollInterval: number;
  #pollTimeout: number;

  /** @throws UsageError no connection, or an option that cannot be */
  constructor(connection: OrgConnection, options: BulkV2Options = {}) {
    requireConnection(connection);
    requireCall.bulkV2(options);
    this.#pollInterval = options.pollInterval ?? 1_000;
    this.#pollTimeout = options.pollTimeout ?? 30_000;
    this.#port = new OrgPort(connection, options);
    makeAssignable(connection, 'bulk2');
  }

  /** Milliseconds between two looks at a job. Default 1,000. @throws UsageError when it is set to what can't be */
  get pollInterval(): number {
    return this.#pollInterval;
  }
  set pollInterval(ms: number) {
    requireValue('pollInterval of BulkV2', ms, rules.interval);
    this.#pollInterval = ms;
  }

  /** Milliseconds until waiting for a job ends; the job goes on. Default 30,000. @throws as `pollInterval` */
  get pollTimeout(): number {
    return this.#pollTimeout;
  }
  set pollTimeout(ms: number) {
    requireValue('pollTimeout of BulkV2', ms, rules.timeout);
    this.#pollTimeout = ms;
  }

  /** An ingest job that is still to be opened. */
  createJob<R extends object = ResultRecord>(options: NewIngestJobOptions): IngestJobV2<R>;
  /** A query job that is still to be opened, for those who want its id and its events; `query` does it all. */
  createJob(options: NewQueryJobOptions): QueryJobV2;
  createJob<R extends object>(
    options: NewIngestJobOptions | NewQueryJobOptions,
  ): IngestJobV2<R> | QueryJobV2 {
    requireCall.createJob(options);
    const setup = this.#jobSetup(options);
    return isQuery(options)
      ? new QueryJobV2({ ...setup, request: queryRequestOf(options) })
      : new IngestJobV2<R>({ ...setup, request: ingestRequestOf(options) });
  }

  /** A job that the org has, whoever created it. */
  job(type: 'query', options: ExistingJobOptions): QueryJobV2;
  job<R extends object = ResultRecord>(type: 'ingest', options: ExistingJobOptions): IngestJobV2<R>;
  job<R extends object>(type: 'ingest' | 'query', options: ExistingJobOptions): IngestJobV2<R> | QueryJobV2 {
    requireCall.job(type, options);
    const setup = { ...this.#jobSetup(options), id: options.id };
    return type === 'query' ? new QueryJobV2(setup) : new IngestJobV2<R>(setup);
  }

  /** The jobs that the org shows this user, newest first, whoever created them: those of the last seven days. */
  jobs(options: JobsOptions = {}): Promise<JobInfoV2[]> {
    return this.#atDoor(options, async (signal) => {
      requireCall.jobs(options);
      const jobs = await listJobs(this.#port.api, options, signal);
      return jobs.map(jobInfoV2);
    });
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
  loadAndWaitForResults<R extends object = ResultRecord>(
    options: LoadAndWaitOptions,
  ): Promise<IngestJobV2Results<R>> {
    return this.#atDoor(options, async (signal) => {
      requireCall.loadAndWaitForResults(options);
      const { input, pollInterval, pollTimeout, onJob } = options;
      const request = ingestRequestOf(options);
      const staged = await stageBulkInput(knownInput(input), {
        operation: request.operation,
        given: request,
        dateColumns: () => dateColumnsOf(request.object, this.#port.api, signal),
        signal,
      });
      try {
        const sent = await measureInput(staged, request);
        if (sent.rowsSent === 0) return { successfulResults: [], failedResults: [], unprocessedRecords: [] };
        const jobRequest = { ...request, ...staged.form };
        const setup = { ...this.#jobSetup(options), request: jobRequest };
        const createJob = (): IngestJobV2 => told(new IngestJobV2(setup), onJob);
        const job = await submitOnce(createJob, staged);
        await job.poll(pollInterval, pollTimeout);
        return await job.wholeResults<R>(sent, jobRequest);
      } finally {
        await staged.dispose();
      }
    });
  }

  /**
   * Loads files or a stream of any size, in as many jobs as it takes, and writes the results to files. A load that was
   * interrupted goes on with `resume`, or with `sf bulk2 job resume`: each row is submitted exactly once.
   *
   * @throws InputError the input cannot be loaded; everything that is wrong with it, and nothing was sent
   * @throws JobFailedError | PollingTimeoutError | RowCountError
   */
  load(options: LoadFilesOptions): Promise<LoadStatus> {
    return this.#atDoor(options, (signal) => {
      requireCall.load(options);
      return loadFiles(options, this.#port.context(signal));
    });
  }

  /** Resumes an interrupted `load` by the id of any of its jobs. Throws as `load` does. */
  resume(jobId: string, options: ResumeOptions = {}): Promise<LoadStatus> {
    return this.#atDoor(options, (signal) => {
      requireCall.resume(jobId, options);
      return resumeByJobId(jobId, options, this.#port.context(signal));
    });
  }

  /**
   * Runs a query as a Bulk job, waits until it has been processed, and gives its records as a stream. Values are text,
   * `''` for null; with `typed: true` numbers, booleans and null are what they are. With `ids`, records of these only, by as
   * many jobs as it takes, and with Id selected.
   *
   * @throws JobFailedError the org could not run the query; the message says why
   * @throws PollingTimeoutError the time is up; the job goes on, `data.jobId` names it
   */
  query<R extends object = QueryRecord>(
    soql: string,
    options?: QueryOptions & WithTyped<false>,
  ): Promise<RecordStream<R>>;
  query<R extends object = TypedRecord>(
    soql: string,
    options: QueryOptions & WithTyped,
  ): Promise<RecordStream<R>>;
  query<R extends object>(soql: string, options: QueryOptions & WithTyped = {}): Promise<RecordStream<R>> {
    return this.#atDoor(options, async () => {
      requireCall.query(soql, options);
      const { scanAll = false, typed = false, pollInterval, pollTimeout, onJob } = options;
      const operation = scanAll ? 'queryAll' : 'query';
      const request = queryRequestOf({ ...options, query: soql, operation });
      const setup = this.#jobSetup(options);
      const makeJob = (query: string) =>
        told(new QueryJobV2({ ...setup, request: { ...request, query } }), onJob);
      if (options.ids !== undefined) {
        const poll = (job: QueryJobV2) => job.poll(pollInterval, pollTimeout);
        const { columnDelimiter, lineEnding } = request;
        const describe = (name: string) => restApi(this.#port.api, setup.signal).describe(name);
        const byIds = { ...options, soql, columnDelimiter, lineEnding, makeJob, poll };
        return recordsByIds<R>(byIds, typed ? describe : undefined);
      }
      const job = makeJob(soql);
      await job.open();
      await job.poll(pollInterval, pollTimeout);
      return job.result<R>({ typed });
    });
  }

  /**
   * Deletes every record that a query finds: over SObject Collections up to `bulkThreshold` records (default 200),
   * with a Bulk load above it. Each record has a result, whatever became of it.
   * @throws UsageError | SoqlError the query cannot be used; nothing was deleted
   */
  destroy(soql: string, options: ByQueryOptions & DestroyOptions & WithSignal = {}): Promise<ByQueryOutcome> {
    return this.#atDoor(options, (signal) => {
      requireCall.destroy(soql, options);
      return destroyByQuery(soql, { ...options, context: this.#port.context(signal) });
    });
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
    return this.#atDoor(options, (signal) => {
      requireCall.update(soql, change, options);
      return updateByQuery(soql, change, { ...options, context: this.#port.context(signal) });
    });
  }

  /** The ports that `planLoad`, `startLoad`, `runExport` and the other engines take. */
  context(options: WithSignal = {}): RunContext {
    return this.#port.context(options.signal);
  }

  /**
   * Closes the connections to the org. Calls that are under way and records that are being read go on, and a later call
   * opens connections again; a signal ends calls. A process ends without this, too.
   */
  close(): Promise<void> {
    return this.#port.close();
  }

  /** `await using bulk = new BulkV2(connection)` closes at the end of its block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #jobSetup({ signal, abortJob }: WithJobSignal) {
    return { port: this.#port, pollDefaults: this, signal: this.#port.signalWith(signal), abortJob };
  }

  /** A call in full: what is thrown, also at once, is what programs for jsforce know. */
  async #atDoor<T>(options: WithSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const signal = this.#port.signalWith(signalOf(options));
    return atDoor(signal, async () => work(signal));
  }
}

function told<J extends Job>(job: J, onJob: ((job: J) => void) | undefined): J {
  if (onJob !== undefined) job.once('open', () => onJob(job));
  return job;
}
