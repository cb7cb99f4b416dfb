import { join } from 'node:path';
import type { CopyPlan } from '../../run/copy-record.js';

/** Files that a copy adds to the results of its loads, of each object. */
export function copyFilesOf(
  { resultsDir }: Pick<CopyPlan, 'resultsDir'>,
  object: string,
): { readonly ids: string; readonly held: string } {
  return {
    ids: join(resultsDir, `${object}-ids.csv`),
    held: join(resultsDir, `${object}-held-records.csv`),
  };
}
