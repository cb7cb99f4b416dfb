import { filesLeftByCopy } from '../../load/files-of-copy.js';
import { changedTooLate, isChangedSince } from '../../load/left-files.js';
import type { CopyWork } from '../model/work.js';

/**
 * Makes sure that nobody has fixed rows in files that a later round has taken the place of: they would be ignored.
 * @returns the steps whose last files were changed after a retry had read them: those of their rows that were loaded are ignored
 * @throws UsageError somebody has
 */
export async function stepsChangedSince({
  runId,
  journal,
  contexts,
}: Pick<CopyWork, 'runId' | 'journal' | 'contexts'>): Promise<ReadonlySet<number>> {
  const all = await filesLeftByCopy(journal.records, () => true, contexts.target.store);
  const changed = new Set<number>();
  for (const { step, round, files } of all) {
    const newest = all.findLast((each) => each.step === step);
    for (const file of files) {
      if (newest === undefined || !(await isChangedSince(file))) continue;
      if (newest.round === round) {
        changed.add(step);
        continue;
      }
      const now = newest.files.map(({ path }) => path).join(' and ');
      throw changedTooLate(file.path, now, runId);
    }
  }
  return changed;
}
