import { setTimeout as sleep } from 'node:timers/promises';
import { restApi } from '../../api/rest.js';
import { withRetry } from '../../api/retry.js';
import { delimiterCharacters } from '../../api/types.js';
import { describer } from '../../describe/describe.js';
import type { RunContext } from '../../run/context.js';
import { runCompressed } from '../compressed.js';
import { requireComplete, runPlanned } from '../load.js';
import type { LoadOptions } from '../load-run.js';
import type { PlannedLoad } from '../plan/plan.js';
import type { LoadStatus } from '../status.js';
import { afterRetry } from './after-retry.js';
import { failedRowGroups } from '../collect/failed-row-groups.js';
import { mergeResults } from './merge-results.js';
import { planRetry } from './plan-retry.js';
import type { RowSelection } from './select-rows.js';

export type RetryFailedOptions = LoadOptions & {
  /** How often rows that failed for passing reasons are sent again. */
  readonly times: number;
  /** Before the first time; three times as long before each further one. Default 5,000. */
  readonly firstWaitMs?: number;
};

/** Reasons of the org for ending a job that do not lie in its data (Bulk API guide: Bulk API 2.0 errors). */
const passingJobFailure = /TooManyLockFailure|ExceededQuota|Timeout|UNABLE_TO_LOCK_ROW/;

/**
 * Runs a load, then sends the rows again that met a lock or a limit, or were not processed, until all have succeeded
 * or failed for good. Rows that have succeeded are never sent again. The result files are one set for all of it.
 * @throws as `startLoad`
 */
export async function loadWithRetries(
  planned: PlannedLoad,
  options: RetryFailedOptions,
  context: RunContext,
): Promise<LoadStatus> {
  const describeOf = describer(restApi(withRetry(context.api), context.signal));
  let status = await runCompressed(planned, options, context);
  // Not always the run that was planned: rows that the org does not take compressed go into another one, as they are.
  const { runId, plan } = status;
  const selection: RowSelection = {
    delimiter: delimiterCharacters[plan.columnDelimiter],
    failed: 'transient',
  };
  const newline = plan.lineEnding === 'CRLF' ? '\r\n' : '\n';
  for (let time = 1; time <= options.times && isWorthRetrying(status); time += 1) {
    const { files } = status;
    if (files === undefined) break;
    const again = await planRetry({ runId, plan, files, failed: selection.failed, describeOf }, context);
    if (again === undefined) break;
    await sleep((options.firstWaitMs ?? 5_000) * 3 ** (time - 1), undefined, { signal: context.signal });
    const next = await runPlanned(again, options, context);
    if (next.files === undefined) break;
    await mergeResults(files, next.files, { selection, newline });
    await tellMerged(again.runId, runId, context);
    const errors = await failedRowGroups(files.failed, selection.delimiter);
    status = { ...afterRetry(status, next), errors };
  }
  return status.unprocessed === 0 ? status : requireComplete(status);
}

/** From now on the load's own files tell which of its rows are still to be sent. */
async function tellMerged(retry: string, into: string, { store }: RunContext): Promise<void> {
  const journal = await store.open(retry);
  try {
    await journal.append({ type: 'merged', into });
  } finally {
    await journal.close();
  }
}

function isWorthRetrying({ failed, unprocessed, jobs }: LoadStatus): boolean {
  const failures = jobs.filter(({ state }) => state === 'Failed' || state === 'Aborted');
  const canPass = failures.every(({ errorMessage = '' }) => passingJobFailure.test(errorMessage));
  return failed + unprocessed > 0 && canPass;
}
