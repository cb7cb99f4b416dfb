import { untilAborted } from '../abortable.js';
import { queryJobs } from '../api/query-jobs.js';
import { restApi } from '../api/rest.js';
import { delimiterCharacters, type QueryJobRequest } from '../api/types.js';
import { UsageError } from '../errors.js';
import { readRows } from '../csv/read-rows.js';
import { objectOf } from '../soql/outline.js';
import { Job, type JobSetup } from './job.js';
import type { QueryJobInfoV2 } from './jsforce-types.js';
import { jobCsv } from '../export/job-csv.js';
import type { OrgPort } from './org-port.js';
import { RecordStream, type QueryRecord } from './record-stream.js';
import { readTypedRows, type TypedRecord, type WithTyped } from './typed-rows.js';

export type QueryJobSetup = JobSetup & {
  readonly port: OrgPort;
  /** Of a job that is to be opened. */
  readonly request?: QueryJobRequest;
};

/** One Bulk API 2.0 query job: open, poll, result. */
export class QueryJobV2 extends Job {
  readonly #port: OrgPort;
  readonly #request: QueryJobRequest | undefined;

  /** Made by `BulkV2`: `createJob` and `job`. @internal */
  constructor({ port, request, ...setup }: QueryJobSetup) {
    super(setup);
    this.#port = port;
    this.#request = request;
  }

  protected override callsWith(signal: AbortSignal | undefined) {
    return queryJobs(this.#port.api, signal, this.#request && objectOf(this.#request.query));
  }

  /** Creates the job in the org, which begins with it at once. Emits `open`. */
  open(): Promise<QueryJobInfoV2> {
    return this.create(async (signal) => {
      if (this.#request === undefined) throw new UsageError('The job has nothing to be created of.');
      return this.callsWith(signal).create(this.#request);
    });
  }

  /**
   * The records of a job that has been processed; can be called again for reading them again. `typed` gives numbers,
   * booleans and null for what they are, by a describe of each object that the query reads.
   * The stream ends with a RowCountError when records are missing.
   */
  result<R extends object = QueryRecord>(options?: WithTyped<false>): Promise<RecordStream<R>>;
  result<R extends object = TypedRecord>(options: WithTyped): Promise<RecordStream<R>>;
  result<R extends object>({ typed = false }: WithTyped = {}): Promise<RecordStream<R>> {
    return this.telling(async () => {
      const job = await this.check();
      if (job.state !== 'JobComplete') {
        throw new UsageError(`Job ${job.id} is ${job.state}: call poll() before result().`);
      }
      const { signal } = this;
      const delimiter = delimiterCharacters[job.columnDelimiter];
      const { object } = job;
      // Reading may begin after the port was closed, and opens it again.
      const describe = (name: string) => restApi(this.#port.api, signal).describe(name);
      const readAll = (csv: AsyncIterable<Buffer>) =>
        typed ? readTypedRows(csv, { delimiter, object, describe }) : readRows(csv, delimiter);
      type Read = (csv: AsyncIterable<Buffer>) => AsyncGenerator<R, void, undefined>;
      const read = (csv: AsyncIterable<Buffer>) => untilAborted(readAll(csv), signal);
      const csv = () =>
        jobCsv({ jobs: this.callsWith(signal), job, apiVersion: this.#port.apiVersion, signal });
      return new RecordStream(() => untilAborted(csv(), signal), read as Read);
    });
  }
}
