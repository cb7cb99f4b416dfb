import type { ResultFinding, JobRowCount } from '../model/result-finding.js';
import { addKeySums } from '../keys/key-sum.js';
import type { DownloadOptions } from './download-set.js';
import { keyDifference } from './key-difference.js';
import type { FinishedJob } from './request.js';
import type { ResultSet } from '../model/result-sets.js';

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
