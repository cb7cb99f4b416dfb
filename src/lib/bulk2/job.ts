import { EventEmitter } from 'node:events';
import type { IngestJobs } from '../api/ingest-jobs.js';
import type { JobInfo } from '../api/types.js';
import { unlessAborted } from '../abortable.js';
import { UnknownOutcomeError } from '../api/errors.js';
import { UsageError } from '../errors.js';
import { JobFailedError, PollingTimeoutError } from '../jobs/errors.js';
import { hasEnded, pollUntilEnded } from '../jobs/poll.js';
import { requireValue, rules } from './check-options.js';
import { errorFor } from './door.js';
import { jobInfoV2, type JobInfoV2 } from './jsforce-types.js';

/** What a job tells while its methods run. Nobody has to listen, not even to `error`: methods throw as well. */
export type JobEvents = {
  open: [JobInfoV2];
  /** The data is complete, and the org takes the job up. Ingest jobs only. */
  close: [JobInfoV2];
  /** At each look of `poll` at a job that has not ended. */
  inProgress: [JobInfoV2];
  jobComplete: [JobInfoV2];
  /** `poll` found that the org ended the job as `Failed`. */
  failed: [JobFailedError];
  aborted: [JobInfoV2];
  error: [Error];
};

/** How often and how long `poll` looks at a job where it is not told. */
export type PollDefaults = {
  /** Milliseconds between two looks at a job. Default 1,000. */
  pollInterval: number;
  /** Milliseconds until waiting ends. Default 30,000. */
  pollTimeout: number;
};

/** What a job of either kind is made with. */
export type JobSetup = {
  readonly pollDefaults: PollDefaults;
  readonly signal: AbortSignal;
  /** Abort the job in the org when the signal fires. Default: it goes on there. */
  readonly abortJob?: boolean | undefined;
  /** Of a job that the org has; absent for one that is still to be opened. */
  readonly id?: string;
};

type JobCalls = Pick<IngestJobs, 'info' | 'abort' | 'remove'>;

/** How long it may take after a signal has fired to learn of a job's id, and to abort it. */
const settleWithinMs = 10_000;

/** What ingest jobs and query jobs have in common. */
export abstract class Job extends EventEmitter<JobEvents> {
  protected readonly signal: AbortSignal;
  /** An ingest job that was closed here; what it says of itself later may lag behind. */
  protected isClosed = false;
  readonly #pollDefaults: PollDefaults;
  readonly #givenId: string | undefined;
  #info: JobInfo | undefined;
  #creation: Promise<JobInfo> | undefined;
  #isAbortTold = false;
  /** Polls that run beside each other; what one of them has told, the others don't tell again. */
  #polls = 0;
  #told: { isComplete?: true; failure?: JobFailedError; error?: unknown } = {};
  /** Ends when the job that the signal was to abort is aborted. */
  #abortion: Promise<void> | undefined;
  readonly #onSignal = (): void => {
    this.#abortion = this.#abortQuietly();
  };

  constructor({ pollDefaults, signal, id, abortJob = false }: JobSetup) {
    super();
    this.signal = signal;
    this.#pollDefaults = pollDefaults;
    this.#givenId = id;
    // Without a listener an emitter throws its errors at the process; here each one is thrown by a method as well.
    this.on('error', () => undefined);
    if (abortJob) signal.addEventListener('abort', this.#onSignal, { once: true });
  }

  /** The calls of the org for a job of this kind. @param signal ends them */
  protected abstract callsWith(signal: AbortSignal | undefined): JobCalls;

  /** @throws UsageError the job has not been opened */
  get id(): string {
    const id = this.#info?.id ?? this.#givenId;
    if (id === undefined) throw new UsageError('The job has no id yet: call open() first.');
    return id;
  }

  /** The job as the org last told it. @throws UsageError the org has not told of it yet */
  getInfo(): JobInfoV2 {
    if (this.#info !== undefined) return jobInfoV2(this.#info);
    throw new UsageError('Nothing is known of the job yet: call check() first.');
  }

  /** Asks the org for the job. */
  check(): Promise<JobInfoV2> {
    return this.telling(async () =>
      jobInfoV2(this.remember(await this.callsWith(this.signal).info(this.id))),
    );
  }

  /** Stops the job in the org, also when the signal has fired; records that were processed stay so. Emits `aborted`. */
  abort(): Promise<JobInfoV2> {
    return this.telling(async () => {
      await this.#creation;
      const info = jobInfoV2(this.remember(await this.callsWith(undefined).abort(this.id)));
      this.#tellAborted(info);
      return info;
    });
  }

  /** Deletes the job and its results, also when the signal has fired; records stay as they are. */
  delete(): Promise<void> {
    return this.telling(() => this.callsWith(undefined).remove(this.id));
  }

  /**
   * Waits until the org has processed the job. Of polls beside each other, one tells how the job has ended.
   *
   * @param interval milliseconds between two looks; default `pollInterval` of the BulkV2 object
   * @param timeout milliseconds; default `pollTimeout` of the BulkV2 object
   * @throws JobFailedError the job ended as `Failed` or `Aborted`
   * @throws PollingTimeoutError the time is up; the job is left alone, and `poll` can be called again
   * @throws UsageError the job is still Open
   */
  poll(
    interval: number = this.#pollDefaults.pollInterval,
    timeout: number = this.#pollDefaults.pollTimeout,
  ): Promise<void> {
    this.#polls += 1;
    const polled = this.telling(async () => {
      const { id: jobId, signal } = this;
      requireValue('The interval of poll()', interval, rules.interval);
      requireValue('The timeout of poll()', timeout, rules.timeout);
      const calls = this.callsWith(signal);
      const looking = pollUntilEnded({
        jobId,
        ask: (look) => calls.info(jobId, look),
        onInfo: (info) => this.#tell(info),
        deadline: Date.now() + timeout,
        intervalMs: interval,
        isNew: this.#info !== undefined,
        signal,
      });
      await looking.catch((error: unknown) => {
        throw error instanceof PollingTimeoutError ? timedOut(jobId, error, timeout) : error;
      });
    });
    return polled.finally(() => {
      this.#polls -= 1;
      if (this.#polls === 0) this.#told = {};
    });
  }

  /**
   * Creates the job, once. A signal ends the wait for its id, and not the request: a job whose id nobody knows could not
   * be aborted.
   */
  protected create(request: (signal: AbortSignal) => Promise<JobInfo>): Promise<JobInfoV2> {
    return this.telling(async () => {
      if (this.#givenId !== undefined) throw new UsageError(`Job ${this.id} exists; it can't be opened.`);
      if (this.#creation !== undefined)
        throw new UsageError('A job is opened once: use createJob() for another.');
      this.signal.throwIfAborted();
      this.#creation = request(firedLater(this.signal, settleWithinMs)).then((created) =>
        this.remember(created),
      );
      const info = jobInfoV2(await unlessAborted(this.#creation.catch(this.#creationFailed), this.signal));
      this.emit('open', info);
      return info;
    });
  }

  /** It can be opened again, unless there may be a job. */
  readonly #creationFailed = (error: unknown): never => {
    if (!(error instanceof UnknownOutcomeError)) this.#creation = undefined;
    throw error;
  };

  /** The job as far as it is known, asked for when it is not. */
  protected async known(): Promise<JobInfo> {
    return this.#info ?? this.remember(await this.callsWith(this.signal).info(this.id));
  }

  protected remember(info: JobInfo): JobInfo {
    this.#info = { ...this.#info, ...info };
    if (hasEnded(this.#info.state)) this.signal.removeEventListener('abort', this.#onSignal);
    return this.#info;
  }

  /** Emits what it throws. */
  protected async telling<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      await this.#abortion;
      const error = errorFor(this.signal, cause);
      const isTold = 'error' in this.#told && this.#told.error === error;
      if (this.#polls > 0) this.#told.error = error;
      if (!isTold) this.emit('error', error as Error);
      throw error;
    }
  }

  async #abortQuietly(): Promise<void> {
    try {
      await this.#creation;
      this.#tellAborted(
        this.remember(await this.callsWith(AbortSignal.timeout(settleWithinMs)).abort(this.id)),
      );
    } catch {
      // It has ended already, or the org can't be reached: the signal's reason is what counts.
    }
  }

  #tellAborted(info: JobInfo): void {
    if (this.#isAbortTold) return;
    this.#isAbortTold = true;
    this.emit('aborted', jobInfoV2(info));
  }

  /** @throws JobFailedError | UsageError */
  #tell(news: JobInfo): void {
    const info = jobInfoV2(this.remember(news));
    switch (info.state) {
      case 'JobComplete':
        if (this.#told.isComplete !== true) this.emit('jobComplete', info);
        this.#told.isComplete = true;
        return;
      case 'Failed':
        if (this.#told.failure === undefined) this.emit('failed', this.#failureOf(info));
        throw this.#failureOf(info);
      case 'Aborted':
        this.#tellAborted(info);
        throw this.#failureOf(info);
      case 'Open':
        if (this.isClosed) break;
        throw new UsageError(`Job ${info.id} is still Open: call close() before poll().`);
      case 'UploadComplete':
      case 'InProgress':
        break;
    }
    this.emit('inProgress', info);
  }

  #failureOf(info: JobInfoV2): JobFailedError {
    return (this.#told.failure ??= new JobFailedError(info, { data: { jobId: info.id } }));
  }
}

/** A signal that fires so long after another one. */
function firedLater(signal: AbortSignal, afterMs: number): AbortSignal {
  const later = new AbortController();
  const fire = (): void => void setTimeout(() => later.abort(signal.reason), afterMs).unref();
  signal.addEventListener('abort', fire, { once: true, signal: later.signal });
  return later.signal;
}

function timedOut(id: string, { message, data }: PollingTimeoutError, timeout: number): PollingTimeoutError {
  return new PollingTimeoutError(`${message} The time to wait was ${timeout} ms.`, {
    data,
    actions: [`Keep waiting: poll() of the job with the id ${id}, with a longer timeout.`],
  });
}
