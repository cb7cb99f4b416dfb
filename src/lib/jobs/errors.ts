import type { JobInfo } from '../api/types.js';
import { Bulk2Error, type ErrorDetail } from '../errors.js';

/** The input is not what it was when it was planned: other size, time or content. Nothing of it was submitted twice. */
export class InputChangedError extends Bulk2Error {}

/** The org ended a job as a whole: `Failed` or `Aborted`. */
export class JobFailedError extends Bulk2Error {
  readonly job: JobInfo;

  constructor(job: JobInfo, detail: ErrorDetail = {}) {
    const reason =
      job.errorMessage ?? (job.state === 'Aborted' ? 'it was aborted in the org' : 'no reason given');
    super(`Job ${job.id} ended as ${job.state}: ${reason}`, detail);
    this.job = job;
  }
}

/** The org no longer knows a job: it keeps finished ones for 7 days, and open ones for a day. */
export class JobGoneError extends Bulk2Error {}

/**
 * The org has told of a job, and now answers that there is none. Some servers of an org know of a new job late; one that
 * stays unknown was deleted.
 */
export class JobVanishedError extends JobGoneError {}

/** The time that the caller gave has passed. The jobs go on in the org, untouched. */
export class PollingTimeoutError extends Bulk2Error {
  /** Of the job that was waited for, where a call of `BulkV2` throws it and there is one. */
  declare readonly jobId?: string | undefined;
}
