import type { ResultFinding } from './result-finding.js';
import type { RetryNotice } from '../../api/retry.js';
import type { JobInfo } from '../../api/types.js';
import type { JobWarning } from '../../jobs/watcher.js';
import type { Halt } from './halt.js';
import type { LoadPlan } from '../../run/record.js';
import type { RunEvents } from '../../run/open-interrupted.js';

/** What a load tells while it runs, in the order of its phases. */
export type LoadEvents = RunEvents & {
  /** Bytes of input read by the first pass. */
  scanning: [{ readonly name: string; readonly bytes: number; readonly totalBytes: number }];
  /** The ids of all records are read, by the field that an update finds its records by. */
  readingKeys: [{ readonly object: string; readonly field: string }];
  /** The input is good, its parts are fixed, and both are in the journal of the run. */
  planned: [plan: LoadPlan, runId: string];
  /** Before a resume sends anything: the rows that the org had processed by then, those that were set aside included. */
  resumed: [{ readonly processed: number }];
  /** Bytes of all parts of the round: handed to the network, or sent before a resume; goes back when a part is sent again. */
  uploading: [{ readonly bytes: number; readonly totalBytes: number }];
  jobCreated: [{ readonly jobId: string; readonly part: number }];
  /** A job was given up, and has processed nothing; a sentence says why. Another one is created, where any still is. */
  jobAbandoned: [{ readonly jobId: string; readonly part: number; readonly reason: string }];
  jobClosed: [{ readonly jobId: string; readonly part: number }];
  /** A job as the org last told it. */
  jobInfo: [JobInfo];
  /** Something strange that the org tells of a job, once for each kind. */
  jobWarning: [JobWarning];
  /** Something is strange about a job's results, and they are good all the same. */
  resultFinding: [{ readonly jobId: string; readonly finding: ResultFinding }];
  /** The org has refused the load for good and nothing was sent: there is nothing to resume. */
  refused: [];
  /** The org has refused more of the load: no further job is created, and what was sent is collected. */
  halted: [Halt];
  collecting: [{ readonly jobId: string; readonly done: number; readonly total: number }];
  /** A request failed and will be retried. */
  retry: [RetryNotice];
};
