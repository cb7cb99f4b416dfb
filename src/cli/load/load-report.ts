import { restApi } from '../../lib/api/rest.js';
import type { JobInfo } from '../../lib/api/types.js';
import { uploadBytes, type ErrorGroup, type LoadStatus } from '../../lib/load/load.js';
import type { LoadPlan } from '../../lib/run/record.js';
import type { RunContext } from '../../lib/run/context.js';

/** The JSON of every command that loads records: the same shape on success, partial failure, timeout and error. */
export type LoadReport = {
  /** Of the first job; null when nothing was sent. */
  jobId: string | null;
  /** Names the load for "job resume" and "job retry" when it has rows but no job; absent otherwise. */
  runId?: string;
  /** As the org gave them last: after --async, as it answered when they were closed. */
  jobs: JobInfo[];
  operation: string;
  object: string;
  state: string;
  processedRecords: number;
  successfulRecords: number;
  /** Upsert only: how many of the successful records were created; the others were updated. Absent until that is known. */
  createdRecords?: number;
  failedRecords: number;
  /** Rows that the org has not processed. Until the load has finished, it may yet do so. */
  unprocessedRecords: number;
  /** Rows of an aborted load that were in no closed job, and are in no result file: the input has them. Absent where there are none. */
  neverSentRecords?: number;
  /** With job results: rows of jobs whose results can't be had. They may be in the org, and are in no result file. Absent where there are none. */
  unknownRecords?: number;
  /** With job results: rows that were set aside and never sent, and are neither counted above nor in a result file. Absent where there are none. */
  setAsideRecords?: number;
  /** With job results: the first job of the load that has retried the rows which this one left. */
  retriedByJobId?: string;
  errors: Array<{ code: string; message: string; count: number }>;
  /** Null until the results are collected, and when no row has succeeded. */
  successFilePath: string | null;
  /** Null until the results are collected, and when no row has failed. */
  failedFilePath: string | null;
  /** Null until the results are collected, and when every row was processed. */
  unprocessedFilePath: string | null;
  /** Why no more jobs were created: --max-failures, or the org refused the rest. */
  stopReason?: string;
  /** With --report: the page that was written. */
  reportFilePath?: string;
  /** HTTP requests sent to the org. */
  apiRequests: number;
  elapsedMs: number;
  /** With --dry-run: how the input would be sent. */
  plan?: PlanReport;
};

export type PlanReport = {
  jobs: number;
  rows: number;
  bytes: number;
  /** HTTP requests that the load would take at least. */
  apiRequests: number;
  /** Today's limits that the load counts against. */
  limits: Record<string, { Max: number; Remaining: number }>;
};

export type Effort = { readonly apiRequests: number; readonly elapsedMs: number };

export function loadReport(status: LoadStatus, effort: Effort): LoadReport {
  const { plan, files } = status;
  return {
    jobId: status.jobIds[0] ?? null,
    ...runIdOf(status),
    jobs: [...status.jobs],
    operation: plan.operation,
    object: plan.object,
    state: status.state,
    processedRecords: status.processed,
    successfulRecords: status.successful,
    ...(plan.operation === 'upsert' && status.created !== undefined
      ? { createdRecords: status.created }
      : {}),
    failedRecords: status.failed,
    unprocessedRecords: status.unprocessed,
    ...(status.neverSent === undefined ? {} : { neverSentRecords: status.neverSent }),
    ...((status.unknown?.rows ?? 0) === 0 ? {} : { unknownRecords: status.unknown?.rows ?? 0 }),
    errors: status.errors.map(({ code, message, count }) => ({ code, message, count })),
    successFilePath: files?.success ?? null,
    failedFilePath: files?.failed ?? null,
    unprocessedFilePath: files?.unprocessed ?? null,
    ...(status.halt === undefined ? {} : { stopReason: status.halt.reason }),
    ...effort,
  };
}

function runIdOf({ runId, jobIds, failed, unprocessed }: LoadStatus): Pick<LoadReport, 'runId'> {
  return runId === '' || jobIds.length > 0 || failed + unprocessed === 0 ? {} : { runId };
}

/** Create, upload, close, one look, and three result sets. */
const requestsPerJob = 7;
const limitsOfLoads = ['DailyApiRequests', 'DailyBulkApiBatches'];

/** Reads what is left of today's limits; nothing else is asked of the org. */
export async function dryRunReport(
  plan: LoadPlan,
  { api, signal }: RunContext,
  effort: () => Effort,
): Promise<LoadReport> {
  const limits = await restApi(api, signal).limits();
  const { rows: setAside = 0, errors = [] } = plan.setAside ?? {};
  const status: LoadStatus = {
    runId: '',
    plan,
    jobs: [],
    jobIds: [],
    state: 'Open',
    processed: setAside,
    successful: 0,
    failed: setAside,
    unprocessed: plan.rows,
    errors: errors as readonly ErrorGroup[],
  };
  return {
    ...loadReport(status, effort()),
    plan: {
      jobs: plan.parts.length,
      rows: plan.rows,
      bytes: uploadBytes(plan),
      apiRequests: plan.parts.length * requestsPerJob,
      limits: Object.fromEntries(Object.entries(limits).filter(([name]) => limitsOfLoads.includes(name))),
    },
  };
}
