import { addKeySums } from '../check/key-sum.js';
import type { DownloadOptions } from './download-set.js';
import { keyDifference, type SentKey } from './key-difference.js';
import type { FinishedJob } from './request.js';
import type { ResultSet } from './result-set.js';
import type { JobRowCount } from './row-counts.js';

/** What is strange about the results of a job. Only results of other rows are refused. */
export type ResultFinding =
  /** Keys came more often than they were sent, and others never: the results are of other rows. */
  | { readonly kind: 'otherRows'; readonly doubled: readonly SentKey[]; readonly missing: readonly SentKey[] }
  /** The service wrote keys in a way of its own. */
  | {
      readonly kind: 'keysRewritten';
      readonly sent: readonly SentKey[];
      readonly returned: readonly string[];
    }
  /** They are not those that were sent, and the input is no longer there to be looked at. */
  | { readonly kind: 'keysUnknown' }
  /** Every row has a result, and the job says otherwise of itself. */
  | { readonly kind: 'otherCounts'; readonly count: JobRowCount };

type Downloaded = { readonly job: FinishedJob; readonly sets: readonly ResultSet[] };

/**
 * Compares the keys of a job's results with those that were sent, where both are known.
 * @returns undefined when they are the same
 */
export async function checkKeys(
  { job, sets }: Downloaded,
  { keyName }: Pick<DownloadOptions, 'keyName'>,
): Promise<ResultFinding | undefined> {
  const { keySum, rowsSent: rows, source } = job;
  const returned = addKeySums(sets.map((set) => set.keySum));
  if (keySum === undefined || returned === undefined || returned === keySum) return undefined;
  if (keyName === undefined || rows === undefined || source === undefined) return { kind: 'keysUnknown' };
  const difference = await keyDifference({ keyName, rows, source, sets });
  if (difference === undefined) return { kind: 'keysUnknown' };
  const { doubled, missing, rewritten } = difference;
  return doubled.length > 0
    ? { kind: 'otherRows', doubled, missing }
    : { kind: 'keysRewritten', sent: missing, returned: rewritten };
}

/** Compares what a completed job says of itself with its results. @returns undefined when they are the same */
export function checkCounts({ state }: FinishedJob, count: JobRowCount): ResultFinding | undefined {
  const { processed, failed } = count.jobSays;
  const { results } = count;
  const isSame = results.success + results.failed === processed && results.failed === failed;
  return isSame || state !== 'JobComplete' ? undefined : { kind: 'otherCounts', count };
}
