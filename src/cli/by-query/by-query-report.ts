import { encodeCell } from '../../lib/csv/encode-cell.js';
import type { ChangeProgress } from '../../lib/by-query/apply-collections.js';
import type { ByQueryOutcome } from '../../lib/by-query/apply-saved.js';
import type { FoundRecords } from '../../lib/by-query/find.js';
import type { RecordResult } from '../../lib/by-query/record-result.js';
import type { SavedRecords } from '../../lib/by-query/save.js';
import { writeOutput } from '../../lib/files/write-output.js';
import { ErrorGroups, type ErrorGroup } from '../../lib/load/collect/error-groups.js';
import type { Effort, LoadReport } from '../load/load-report.js';

/** The JSON of update and delete: that of a load, and what a query adds to it. */
export type ChangeReport = LoadReport & {
  /** Records that the query found. */
  totalSize?: number;
  /** The way that the records took. */
  route?: 'collections' | 'bulk';
  /** The ids and, on update, the values from before the change. */
  savedFilePath?: string;
};

export type ByQueryReport = ChangeReport & Required<Pick<ChangeReport, 'totalSize' | 'route'>>;

/** Of a change that has not been made. */
export function plannedReport(found: FoundRecords, effort: Effort): ByQueryReport {
  return {
    ...figures(found, { successful: 0, failed: 0 }),
    state: 'Open',
    unprocessedRecords: found.count,
    ...effort,
  };
}

/** Of a change over SObject Collections that stopped on the way. */
export function stoppedReport(
  { found, count }: SavedRecords,
  progress: ChangeProgress,
  effort: Effort,
): ByQueryReport {
  const { successful, failed } = progress;
  return {
    ...figures(found, progress),
    totalSize: count,
    state: 'InProgress',
    unprocessedRecords: count - successful - failed,
    ...effort,
  };
}

/** Of a change that went through SObject Collections. */
export function collectionsReport(
  found: FoundRecords,
  outcome: ByQueryOutcome,
  { errors, effort }: { readonly errors: readonly ErrorGroup[]; readonly effort: Effort },
): ByQueryReport {
  return {
    ...figures(found, outcome),
    totalSize: outcome.total,
    state: 'JobComplete',
    errors: errors.map(({ code, message, count }) => ({ code, message, count })),
    ...effort,
  };
}

function figures({ request, object, route, count }: FoundRecords, { successful, failed }: ChangeProgress) {
  return {
    jobId: null,
    jobs: [],
    operation: request.operation,
    object,
    totalSize: count,
    route,
    processedRecords: successful + failed,
    successfulRecords: successful,
    failedRecords: failed,
    unprocessedRecords: 0,
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
      const text = errorText(result);
      groups.add(text, () => ({ id: result.id }));
      yield `${result.id},${encodeCell(text, ',')}\n`;
    }
  }
  await writeOutput(path, lines());
  return groups.report();
}

/** As a Bulk job writes it. */
function errorText({ errors }: RecordResult): string {
  return errors
    .map(({ errorCode, message, fields }) => `${errorCode}:${message}:${fields.join(',')} --`)
    .join(';');
}
