import { UnknownOutcomeError } from '../api/errors.js';
import { ingestJobs } from '../api/ingest-jobs.js';
import type { IngestJobRequest, IngestOperation, JobInfo } from '../api/types.js';
import { UsageError } from '../errors.js';
import type { ResultSetName } from '../load/model/result-sets.js';
import { settleClose } from '../load/upload/fence.js';
import { requireOfNoRun } from '../run/owned-job.js';
import { dateColumnsOf } from './typed-rows.js';
import { knownInput, type BulkInput } from './input.js';
import { stageBulkInput, type StagedInput } from './stage-input.js';
import { gather } from '../parallel.js';
import { Job, type JobSetup } from './job.js';
import {
  jobInfoV2,
  type AnyRow,
  type IngestJobV2FailedResults,
  type IngestJobV2Results,
  type IngestJobV2SuccessfulResults,
  type IngestJobV2UnprocessedRecords,
  type JobInfoV2,
} from './jsforce-types.js';
import type { OrgPort } from './org-port.js';
import { wholeResults, type SentInput } from './whole-results.js';
import { resultBytes, resultRecords, type ResultSetRequest, type UnprocessedRecord } from './result-sets.js';

export type IngestJobSetup = JobSetup & {
  readonly port: OrgPort;
  /** Of a job that is to be opened. */
  readonly request?: IngestJobRequest;
};

/** One Bulk API 2.0 ingest job: open, upload, close, poll, results. */
export class IngestJobV2<R extends object = AnyRow> extends Job {
  readonly #port: OrgPort;
  readonly #request: IngestJobRequest | undefined;
  #hasData = false;
  #uploads = 0;
  #isClosing = false;

  /** Made by `BulkV2`: `createJob` and `job`. @internal */
  constructor({ port, request, ...setup }: IngestJobSetup) {
    super(setup);
    this.#port = port;
    this.#request = request;
  }

  protected override callsWith(signal: AbortSignal | undefined) {
    return ingestJobs(this.#port.api, signal, this.#request?.object);
  }

  /** Creates the job in the org. It processes nothing until it is closed. Emits `open`. */
  open(): Promise<JobInfoV2> {
    return this.create(async (signal) => {
      if (this.#request === undefined) throw new UsageError('The job has nothing to be created of.');
      return this.callsWith(signal).create(this.#request);
    });
  }

  /**
   * Uploads the data, once.
   *
   * @param input CSV text, a file (`{ path }`), a stream of CSV, or records (an array, a generator, a stream of objects).
   *   CSV in another delimiter or line ending than the job's is brought into them. Records may differ in their fields:
   *   the columns are all of them, null becomes `#N/A`, but for a parent's key, a plain object is a parent record, and becomes
   *   `Parent.Field`.
   * @throws UsageError data has been uploaded before, the job has not been opened, this is no input, or a
   *   load of this computer has the job
   * @throws InputError a record has a value that no cell can hold; nothing was sent, and the job can still be used
   * @throws UnknownOutcomeError the connection broke; use another job, the service takes one upload a job
   */
  uploadData(input: BulkInput): Promise<void> {
    this.#uploads += 1;
    const uploaded = this.telling(async () => {
      const { id } = this;
      this.#requireNoData();
      const staged = await this.#stage(input).catch((error: unknown) => {
        // Nothing was sent, so that the job can still take the data.
        this.#hasData = false;
        throw error;
      });
      try {
        await this.callsWith(this.signal).upload(id, staged.open);
      } finally {
        await staged.dispose();
      }
    });
    return uploaded.finally(() => (this.#uploads -= 1));
  }

  /**
   * Uploads what was staged before, once.
   * @internal
   */
  uploadStaged({ open }: StagedInput): Promise<void> {
    return this.telling(async () => {
      this.#requireNoData();
      await this.callsWith(this.signal).upload(this.id, open);
    });
  }

  async #stage(input: BulkInput): Promise<StagedInput> {
    const known = knownInput(input);
    await this.#requireOfNoRun();
    const job = await this.known();
    const { columnDelimiter = 'COMMA', lineEnding = 'LF', object, operation } = job;
    const given = this.#request ?? (columnDelimiter === 'COMMA' ? {} : { columnDelimiter });
    return stageBulkInput(known, {
      operation: operation as IngestOperation,
      given,
      fixed: { columnDelimiter, lineEnding },
      dateColumns: () => dateColumnsOf(object, this.#port.api, this.signal),
      signal: this.signal,
    });
  }

  /**
   * Says that the data is complete; the org takes the job up. Emits `close`.
   * @throws UsageError it is closed, or being closed; `uploadData` has not ended; a load of this computer has the job
   */
  close(): Promise<JobInfoV2> {
    return this.telling(async () => {
      const { id } = this;
      if (this.isClosed || this.#isClosing) throw new UsageError(`Job ${id} is closed already.`);
      if (this.#uploads > 0) {
        throw new UsageError(`Job ${id} is still being uploaded to: wait for uploadData() before close().`);
      }
      this.#isClosing = true;
      try {
        await this.#requireOfNoRun();
        const info = jobInfoV2(this.remember(await this.#closeForSure()));
        this.isClosed = true;
        this.emit('close', info);
        return info;
      } finally {
        this.#isClosing = false;
      }
    });
  }

  /**
   * All three result sets of a job that was opened and sent here, held to what was sent.
   * @internal
   */
  async wholeResults<S extends object>(
    sent: SentInput,
    request: IngestJobRequest,
  ): Promise<IngestJobV2Results<S>> {
    const results: unknown = await wholeResults(await this.known(), {
      sent,
      request,
      jobs: this.callsWith(this.signal),
      refetchWaitMs: this.#port.refetchWaitMs,
      signal: this.signal,
    });
    return results as IngestJobV2Results<S>;
  }

  /** All three result sets. For results that do not fit into memory use `results`. */
  async getAllResults(): Promise<IngestJobV2Results<R>> {
    const [successfulResults, failedResults, unprocessedRecords] = await Promise.all([
      this.getSuccessfulResults(),
      this.getFailedResults(),
      this.getUnprocessedRecords(),
    ]);
    return { successfulResults, failedResults, unprocessedRecords };
  }

  /** Rows that succeeded, in no particular order, with `sf__Id` and `sf__Created`; `raw` gives CSV text instead. */
  getSuccessfulResults(raw?: false): Promise<IngestJobV2SuccessfulResults<R>>;
  getSuccessfulResults(raw: true): Promise<string>;
  getSuccessfulResults(raw?: boolean): Promise<IngestJobV2SuccessfulResults<R> | string> {
    return this.#read<IngestJobV2SuccessfulResults<R>>('success', raw);
  }

  /** Rows that failed, in no particular order, with `sf__Id` and `sf__Error`; `raw` gives CSV text instead. */
  getFailedResults(raw?: false): Promise<IngestJobV2FailedResults<R>>;
  getFailedResults(raw: true): Promise<string>;
  getFailedResults(raw?: boolean): Promise<IngestJobV2FailedResults<R> | string> {
    return this.#read<IngestJobV2FailedResults<R>>('failed', raw);
  }

  /**
   * Rows that the job did not come to; `raw` gives CSV text instead. A row that is no sound CSV comes as text: it may be
   * why the job failed.
   */
  getUnprocessedRecords(raw?: false): Promise<IngestJobV2UnprocessedRecords<R>>;
  getUnprocessedRecords(raw: true): Promise<string>;
  getUnprocessedRecords(raw?: boolean): Promise<IngestJobV2UnprocessedRecords<R> | string> {
    return this.#read<IngestJobV2UnprocessedRecords<R>>('unprocessed', raw);
  }

  /** The rows of one result set as they are read, in constant memory whatever their number. */
  results(name: 'success'): AsyncGenerator<IngestJobV2SuccessfulResults<R>[number], void, undefined>;
  results(name: 'failed'): AsyncGenerator<IngestJobV2FailedResults<R>[number], void, undefined>;
  results(name: 'unprocessed'): AsyncGenerator<IngestJobV2UnprocessedRecords<R>[number], void, undefined>;
  results(name: ResultSetName): AsyncGenerator {
    return this.#rows(name);
  }

  async *#rows(name: ResultSetName): AsyncGenerator<UnprocessedRecord, void, undefined> {
    yield* resultRecords(await this.#setRequest(name));
  }

  /** @typeParam T what the program says that the rows are */
  #read<T>(name: ResultSetName, raw?: boolean): Promise<T | string> {
    return this.telling(async () => {
      if (raw !== true) return (await gather(this.#rows(name))) as T;
      const chunks = await gather(resultBytes(await this.#setRequest(name)));
      return Buffer.concat(chunks).toString('utf8');
    });
  }

  /** The answer to `close` has no figures; only a job that has ended well is known well enough. */
  async #setRequest(name: ResultSetName): Promise<ResultSetRequest> {
    const known = await this.known();
    const job =
      known.state === 'JobComplete' && known.numberRecordsProcessed !== undefined
        ? known
        : this.remember(await this.callsWith(this.signal).info(this.id));
    return { jobs: this.callsWith(this.signal), job, name, signal: this.signal };
  }

  /** When the answer never came, the job itself tells whether it must be closed again. */
  async #closeForSure(): Promise<JobInfo> {
    const { id, signal } = this;
    const jobs = this.callsWith(signal);
    try {
      return await jobs.close(id);
    } catch (error) {
      if (!(error instanceof UnknownOutcomeError)) throw error;
      return settleClose(id, { jobs, signal });
    }
  }

  /** Jobs that were opened here are in no journal. */
  async #requireOfNoRun(): Promise<void> {
    if (this.#request === undefined) await requireOfNoRun(this.id, this.#port.context().store);
  }

  #requireNoData(): void {
    if (this.isClosed || this.#isClosing)
      throw new UsageError(`Job ${this.id} is closed: it takes no more data.`);
    if (this.#hasData) throw new UsageError('Data can only be uploaded to a job once.');
    this.#hasData = true;
  }
}
