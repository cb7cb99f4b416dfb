import { queryJobs } from '../api/query-jobs.js';
import { delimiterCharacters, type JobInfo, type QueryJobRequest } from '../api/types.js';
import { UsageError } from '../errors.js';
import { objectOf } from '../soql/outline.js';
import { Job, type JobSetup } from './job.js';
import { jobCsv } from '../export/job-csv.js';
import type { OrgPort } from './org-port.js';
import { RecordStream } from './record-stream.js';

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
  open(): Promise<JobInfo> {
    return this.create(async (signal) => {
      if (this.#request === undefined) throw new UsageError('The job has nothing to be created of.');
      return this.callsWith(signal).create(this.#request);
    });
  }

  /**
   * The records of a job that has been processed; can be called again for reading them again.
   * The stream ends with a RowCountError when records are missing.
   */
  result(): Promise<RecordStream> {
    return this.telling(async () => {
      const job = await this.check();
      if (job.state !== 'JobComplete') {
        throw new UsageError(`Job ${job.id} is ${job.state}: call poll() before result().`);
      }
      const { signal } = this;
      const jobs = this.callsWith(signal);
      const { apiVersion } = this.#port;
      const delimiter = delimiterCharacters[job.columnDelimiter ?? 'COMMA'];
      return new RecordStream(() => jobCsv({ jobs, job, apiVersion, signal }), delimiter);
    });
  }
}
