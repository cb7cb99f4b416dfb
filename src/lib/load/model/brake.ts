import { UsageError, type InputProblem } from '../../errors.js';
import type { LoadPlan } from '../../run/record.js';
import type { Halt } from './halt.js';

/** After how many failed rows a load creates no further job: so many, or so many of a hundred rows of the input. */
export type FailureLimit = { readonly rows: number } | { readonly percent: number };

/**
 * The limit in rows, at least 1: with 0 and with 1 a load stops at the first failed row.
 * @param inputRows of the whole input
 * @throws UsageError it is no limit
 */
export function failedRowsAllowed(limit: FailureLimit, inputRows: number): number {
  const isPercent = 'percent' in limit;
  const value = isPercent ? limit.percent : limit.rows;
  const isLimit = isPercent ? value >= 0 && value <= 100 : Number.isSafeInteger(value) && value >= 0;
  if (!isLimit) {
    const given = isPercent ? `${value} %` : String(value);
    throw new UsageError(`${given} can't be a limit of failed rows: it is a whole number, or 0 % to 100 %.`);
  }
  // 1.1 % of 1,000 is 11, and 11.000000000000002 in binary.
  const rows = isPercent ? Math.ceil(Number(((inputRows * value) / 100).toFixed(6))) : value;
  return Math.max(1, rows);
}

/** What to say of a limit that can stop nothing. */
export function brakeProblems({ maxFailures, parts, concurrency }: LoadPlan): InputProblem[] {
  if (maxFailures === undefined || parts.length === 0 || parts.length > concurrency) return [];
  const all = parts.length === 1 ? 'The whole input is one job' : `All ${parts.length} jobs are sent at once`;
  const message = `${all}, so the limit of failed rows can't stop it. Use smaller jobs (--max-rows-per-job) or fewer at once (--concurrency 1).`;
  return [{ code: 'NOTHING_TO_STOP', message }];
}

/** Rows that the org has refused, and rows that jobs left when the org ended them as a whole. */
export type FailedRows = { readonly failed: number; readonly left: number };

/**
 * Whether as many rows of a load have failed as its plan allows, by the jobs that have ended. A row that is retried counts
 * as what it is in the last round; rows that a job left when it failed as a whole count as failed, unless they are about to
 * be sent again uncompressed.
 */
export function brakeOf(
  { maxFailures, compress, rows }: LoadPlan,
  { failed, left }: FailedRows,
): Halt | undefined {
  const all = compress === true ? failed : failed + left;
  if (maxFailures === undefined || all < maxFailures) return undefined;
  const reason = `${all} of ${rows} rows failed, and the load was to stop at ${maxFailures}.`;
  return { cause: 'failures', reason };
}
