import type { JobInfo } from '../api/types.js';
import type { ResultRecord, UnprocessedRecord } from './result-sets.js';

/** A job as the service tells it, with jsforce's name for it; figures that it does not tell yet are 0. */
export type JobInfoV2 = JobInfo &
  Required<
    Pick<
      JobInfo,
      | 'columnDelimiter'
      | 'lineEnding'
      | 'numberRecordsProcessed'
      | 'numberRecordsFailed'
      | 'retries'
      | 'totalProcessingTime'
      | 'apiActiveProcessingTime'
      | 'apexProcessingTime'
    >
  >;

/** The same for a query job. */
export type QueryJobInfoV2 = JobInfoV2;

const nothingYet = {
  columnDelimiter: 'COMMA',
  lineEnding: 'LF',
  numberRecordsProcessed: 0,
  numberRecordsFailed: 0,
  retries: 0,
  totalProcessingTime: 0,
  apiActiveProcessingTime: 0,
  apexProcessingTime: 0,
} as const;

/** A job for a program. */
export function jobInfoV2(info: JobInfo): JobInfoV2 {
  return { ...nothingYet, ...info };
}

/**
 * Any row of results, for types that are written without an argument: `IngestJobV2` stands for a job of whatever rows,
 * those of an interface included, which `Record<string, string>` does not.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- an interface is assignable to a record of any alone
export type AnyRow = Readonly<Record<string, any>>;

/** Rows that succeeded, with the fields as they were uploaded. */
export type IngestJobV2SuccessfulResults<R extends object = AnyRow> = Array<
  { readonly sf__Id: string; readonly sf__Created: 'true' | 'false' } & R
>;

/** Rows that failed, with the fields as they were uploaded. */
export type IngestJobV2FailedResults<R extends object = AnyRow> = Array<
  { readonly sf__Id: string; readonly sf__Error: string } & R
>;

/** Rows that the job did not come to; one that is no sound CSV comes as text. */
export type IngestJobV2UnprocessedRecords<R extends object = AnyRow> = Array<R | string>;

/** The results of a job, each row where it belongs. The values are text, whatever `R` says of the fields. */
export type IngestJobV2Results<R extends object = AnyRow> = {
  readonly successfulResults: IngestJobV2SuccessfulResults<R>;
  readonly failedResults: IngestJobV2FailedResults<R>;
  readonly unprocessedRecords: IngestJobV2UnprocessedRecords<R>;
};

/** What is read of the three sets, before a program says what its fields are. */
export type PlainResults = {
  readonly successfulResults: ResultRecord[];
  readonly failedResults: ResultRecord[];
  readonly unprocessedRecords: UnprocessedRecord[];
};
