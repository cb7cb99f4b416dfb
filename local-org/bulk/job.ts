import type { JobFailure, Operation, QueryOutcome, SaveRequest } from '../contracts.ts';
import type { DelimiterName, LineEndingName } from '../csv/dialect.ts';
import { invalidJobState } from '../server/errors.ts';
import type { CountedRows } from '../csv/row-counter.ts';
import type { HeldRequest } from '../server/faults.ts';

export type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

type JobBase = {
  readonly id: string;
  readonly object: string;
  readonly createdById: string;
  readonly createdAtMs: number;
  readonly apiVersion: number;
  readonly lineEnding: LineEndingName;
  readonly columnDelimiter: DelimiterName;
  modifiedAtMs: number;
  state: JobState;
  errorMessage?: string;
  processed: number;
  retries: number;
  totalProcessingTimeMs: number;
};

/** One upload, or one attempt at it: all of its bytes are in a file. */
export type Upload = {
  readonly path: string;
  bytes: number;
  complete: boolean;
  /** Sink mode: its rows, once they have been counted. */
  counted?: CountedRows;
};

/** A part of a file. */
export type Segment = { readonly offset: number; readonly bytes: number };

/** Results of one kind: a file of rows, in the order of processing, and its parts that may be served in any order. */
export type ResultFile = { readonly path: string; readonly segments: Segment[]; rows: number };

export type IngestJob = JobBase & {
  readonly kind: 'ingest';
  readonly operation: Operation;
  /** As the client wrote it. */
  readonly externalIdFieldName?: string;
  /** The same in the schema's case. */
  readonly externalIdField?: string;
  readonly assignmentRuleId?: string;
  /** Data came with the create request; there is no upload URL. */
  readonly multipart: boolean;
  readonly attempts: Upload[];
  content?: Upload;
  failed: number;
  apiActiveProcessingTimeMs: number;
  /** Rows beyond the daily allocation of batches are in none of the result files. */
  restIsUnrecorded: boolean;
  /** Header text of the result files, once the upload has been read. */
  rawHeader?: string;
  successful?: ResultFile;
  failures?: ResultFile;
};

export type QueryJob = JobBase & {
  readonly kind: 'query';
  readonly operation: 'query' | 'queryAll';
  readonly query: string;
  /** What the query found when the job was created, or the failure that the job will meet. */
  readonly outcome: QueryOutcome | { readonly failure: JobFailure };
  /** Names the result in locators. */
  readonly resultId: string;
  results?: QueryResults;
};

/** Rows of a query's result, readable from any row. */
export type QueryResults = {
  readonly rows: number;
  /** Header line of every page. */
  readonly header: Buffer;
  readonly bytes: number;
  /** Where a row begins, in bytes; or, where that is not known, where one of the rows behind it does. */
  readonly offset: (row: number) => number;
  /** Chunks of rows `from` to `to` (exclusive). */
  readonly read: (from: number, to: number) => AsyncIterable<Buffer>;
  /** What tells the same results again, where they never change. */
  readonly same?: string;
};

export type Job = IngestJob | QueryJob;

/** What a job does to which object, as the data understands it. */
export function saveTarget(job: IngestJob): Pick<SaveRequest, 'operation' | 'object' | 'externalIdField'> {
  const { operation, object, externalIdField } = job;
  return { operation, object, ...(externalIdField === undefined ? {} : { externalIdField }) };
}

/** A job as a `hold` fault shows it. */
export function heldJob(job: Job): HeldRequest {
  return { endpoint: `${job.kind}.process`, url: '', jobId: job.id };
}

const finished: ReadonlySet<JobState> = new Set(['JobComplete', 'Failed', 'Aborted']);

export function isFinished(job: Job): boolean {
  return finished.has(job.state);
}

export function setState(job: Job, state: JobState): void {
  job.state = state;
  job.modifiedAtMs = Date.now();
}

/** @throws OrgError INVALIDJOBSTATE when there is nothing left to abort */
export function abort(job: Job): void {
  if (isFinished(job)) {
    const name = job.state === 'JobComplete' ? 'Completed' : job.state;
    throw invalidJobState(`Aborting already ${name} Job not allowed`);
  }
  setState(job, 'Aborted');
}
