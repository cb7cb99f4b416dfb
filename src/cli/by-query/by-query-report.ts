import { encodeCell } from '../../lib/csv/cells.js';
import type { ChangeProgress } from '../../lib/run/change-plan.js';
import { type ByQueryOutcome, type FoundRecords, rowErrorText } from '../../lib/by-query/by-query.js';
import { writeOutput } from '../../lib/files/text-file.js';
import { ErrorGroups, type ErrorGroup } from '../../lib/load/load.js';
import type { Effort, LoadReport } from '../load/load-report.js';
import type { ChangeFacts } from '../report/change-facts.js';

/** The JSON of update and delete: that of a load, and what a query adds to it. */
export type ChangeReport = LoadReport & {
  /** Records that the query found. */
  totalSize?: number;
  /** The way that the records took. */
  route?: 'collections' | 'bulk';
  /** The ids and, on update, the values from before the change. */
  savedFilePath?: string;
  /** Records that a resume has left alone, since somebody had modified them after they were found. */
  skippedRecords?: number;
};

export type ByQueryReport = ChangeReport & Required<Pick<ChangeReport, 'totalSize' | 'route'>>;

const noProgress: ChangeProgress = { successful: 0, failed: 0, skipped: 0 };

type Facts = Pick<ChangeFacts, 'operation' | 'object' | 'route' | 'total'>;

/** Of a change that has not been made. */
export function plannedReport(
  { request, object, route, count }: FoundRecords,
  effort: Effort,
): ByQueryReport {
  const facts = { operation: request.operation, object, route, total: count };
  return { ...figures(facts, noProgress), state: 'Open', ...effort };
}

/** Of a change over SObject Collections that stopped on the way. */
export function stoppedReport(facts: Facts, progress: ChangeProgress, effort: Effort): ByQueryReport {
  return { ...figures(facts, progress), state: 'InProgress', ...effort };
}

/** Of a change that went through SObject Collections. */
export function collectionsReport(
  facts: Facts,
  outcome: ByQueryOutcome,
  { errors, effort }: { readonly errors: readonly ErrorGroup[]; readonly effort: Effort },
): ByQueryReport {
  return {
    ...figures(facts, outcome),
    state: 'JobComplete',
    errors: errors.map(({ code, message, count }) => ({ code, message, count })),
    ...effort,
  };
}

/** Of a change over Bulk: records that were skipped count as failed in its load, and are in its file of failed records. */
export function withSkipped(report: LoadReport, skipped: number): ChangeReport {
  if (skipped === 0) return report;
  const { processedRecords, failedRecords } = report;
  return {
    ...report,
    processedRecords: processedRecords - skipped,
    failedRecords: failedRecords - skipped,
    skippedRecords: skipped,
  };
}

function figures(
  { operation, object, route, total }: Facts,
  { successful, failed, skipped }: ChangeProgress,
) {
  return {
    jobId: null,
    jobs: [],
    operation,
    object,
    totalSize: total,
    route,
    processedRecords: successful + failed,
    successfulRecords: successful,
    failedRecords: failed,
    ...(skipped === 0 ? {} : { skippedRecords: skipped }),
    unprocessedRecords: total - successful - failed - skipped,
    errors: [],
    successFilePath: null,
    failedFilePath: null,
    unprocessedFilePath: null,
  };
}

/** Groups the errors, and writes the records that have them to a file. */
export async function writeFailures(outcome: ByQueryOutcome, path: string): Promise<readonly ErrorGroup[]> {
  const groups = new ErrorGroups();
  async function* lines(): AsyncGenerator<string> {
    yield 'Id,sf__Error\n';
    for await (const result of outcome) {
      if (result.success) continue;
      const text = rowErrorText(result);
      groups.add(text, () => ({ id: result.id }));
      yield `${result.id},${encodeCell(text, ',')}\n`;
    }
  }
  await writeOutput(path, lines());
  return groups.report();
}
