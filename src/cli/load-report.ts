import type { JobInfo } from '../lib/api/types.js';
import type { LoadStatus } from '../lib/ingest/result.js';

/** The JSON of every command that loads records: the same shape on success, partial failure, timeout and error. */
export type LoadReport = {
  /** Of the first job; null when the file had no records, and nothing was sent. */
  jobId: string | null;
  /** As the org gave them. */
  jobs: JobInfo[];
  operation: string;
  object: string;
  state: string;
  processedRecords: number;
  successfulRecords: number;
  failedRecords: number;
  unprocessedRecords: number;
  errors: Array<{ code: string; message: string; count: number }>;
  successFilePath?: string;
  failedFilePath?: string;
  unprocessedFilePath?: string;
  /** HTTP requests sent to the org. */
  apiRequests: number;
  elapsedMs: number;
};

export type Effort = { readonly apiRequests: number; readonly elapsedMs: number };

export function loadReport(status: LoadStatus, effort: Effort): LoadReport {
  const { plan, files } = status;
  return {
    jobId: status.jobIds[0] ?? null,
    jobs: [...status.jobs],
    operation: plan.operation,
    object: plan.object,
    state: status.state,
    processedRecords: status.processed,
    successfulRecords: status.successful,
    failedRecords: status.failed,
    unprocessedRecords: status.unprocessed,
    errors: status.errors.map(({ code, message, count }) => ({ code, message, count })),
    ...(files === undefined
      ? {}
      : {
          successFilePath: files.success,
          failedFilePath: files.failed,
          unprocessedFilePath: files.unprocessed,
        }),
    ...effort,
  };
}
