import { Bulk2Error, InputError, UsageError } from '../../errors.js';
import type { CopyPlan, CopyStep } from '../../run/copy-record.js';
import { hasTellingIds } from './copy-files.js';
import type { CopyWork } from './work.js';

/** Two records of the source have become one of the target. Nothing that depends on them may be loaded. */
export class SharedTargetError extends Bulk2Error {}

/** Rows that were sent cannot be told apart by what came back. Nothing that depends on them may be loaded. */
export class UnpairedResultsError extends Bulk2Error {}

/** Records of a step can't be sent as they are, and those of others have been sent. A resume would meet them again. */
export class StepRefusedError extends Bulk2Error {}

/** What the loads of a copy have done can't be collected now, so that it isn't aborted yet. */
export class CopyNotAbortedError extends Bulk2Error {}

/**
 * What to tell of a step that was refused. Where nothing was sent it is what it is, so that the copy is refused; once something
 * was sent, the copy has failed in its middle.
 */
export function refusalOf(
  { object }: CopyStep,
  cause: unknown,
  { runId, journal }: Pick<CopyWork, 'runId' | 'journal'>,
): unknown {
  const isOfRecords = cause instanceof InputError;
  if (!isOfRecords && !(cause instanceof UsageError)) return cause;
  const fix = 'Fix these records in the source, or leave them out in the plan';
  if (!hasBegunLoads(journal))
    return isOfRecords
      ? new InputError(cause.problems, { actions: [`${fix}; then copy again.`], cause })
      : cause;
  if (!isOfRecords) return new Bulk2Error(cause.message, cause);
  const [first] = cause.problems;
  const more = cause.problems.length > 1 ? ` (and ${cause.problems.length - 1} more)` : '';
  return new StepRefusedError(
    `Records of ${object} can't be loaded: ${first?.column ?? 'a row'}: ${first?.message ?? cause.message}${more}. What was loaded before is in the target.`,
    {
      actions: [`${fix}. Then end this copy: sf bulk2 job abort --id ${runId}`, copyRest(journal.plan)],
      cause,
      data: { object },
    },
  );
}

/** How to go on once a copy that has loaded something is aborted, which writes which id became which. */
export function copyRest(plan: CopyPlan): string {
  const rest = 'Then copy again what is not in the target yet';
  return hasTellingIds(plan)
    ? `${rest}, with --known-ids ${plan.resultsDir}: nothing is created twice.`
    : `${rest}.`;
}

/** Whether a load of the copy has begun: from there on something may have been sent. */
export function hasBegunLoads({ records }: Pick<CopyWork['journal'], 'records'>): boolean {
  return records.some(({ type }) => type === 'loading');
}
