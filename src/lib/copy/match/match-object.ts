import { countKept } from './kept-values.js';
import { matchKnown } from './known-ids.js';
import { matchRecords, type MatchSetup } from './match-records.js';
import { requireOwnMatches } from './own-matches.js';

/**
 * Finds in all ways which records of an object the target has: by what earlier copies know, and by their keys.
 * @returns how many of them keep other values than those of the source; undefined where that isn't compared
 * @throws UsageError several records have the same key, or two of the source are one of the target
 */
export async function matchObject(setup: Omit<MatchSetup, 'match'>): Promise<number | undefined> {
  const { match } = setup.object;
  await matchKnown(setup);
  if (match !== undefined) await matchRecords({ ...setup, match });
  await requireOwnMatches(setup);
  return match?.kept === undefined ? undefined : countKept({ ...setup, match });
}
