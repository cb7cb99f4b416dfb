import { delimiterCharacters } from '../../api/types.js';
import type { ClosedJobs } from './closed-jobs.js';
import { collectRound, type CollectedRound } from '../collect/collect-round.js';
import { createdIn, errorGroupsIn, outcomeOf, withSetAside } from '../collect/complete.js';
import { joinKnown } from '../collect/join-known.js';
import { joinRounds } from '../collect/join-rounds.js';
import { joinedFailures, joinedUnprocessed, namesOf } from '../collect/result-paths.js';
import type { CollectOutcome, PerResultFile } from '../model/result-sets.js';
import type { LoadWork } from '../model/work.js';

/** What was collected of all rounds, and is not under its names yet. */
export type CollectedAll = { readonly files: PerResultFile<string>; readonly outcome: CollectOutcome };

/** Gathers the rows of all rounds, puts those that were set aside behind the failed ones, and says which names the files are to get. */
export async function collectAll(work: LoadWork, sent: ClosedJobs): Promise<CollectedAll> {
  const { rounds } = work.journal;
  const gathered: CollectedRound[] = [];
  for (const number of rounds.keys()) gathered.push(await collectRound(work, number));
  const { files, rows: sentRows } = await joinAll(work, gathered, sent);
  const rows = await withSetAside(rounds[0], sentRows, gathered, files);
  const delimiter = delimiterCharacters[rounds[0].columnDelimiter];
  const errors = rows.failed === 0 ? [] : await errorGroupsIn(files.failed, delimiter);
  return { files, outcome: outcomeOf({ rows, ...created(gathered) }, errors, namesOf(work)) };
}

async function joinAll(
  work: LoadWork,
  gathered: readonly CollectedRound[],
  { lost, isLastRoundPartial }: ClosedJobs,
): Promise<{ readonly files: PerResultFile<string>; readonly rows: PerResultFile<number> }> {
  const { rounds } = work.journal;
  const [first] = gathered as [CollectedRound];
  const { success } = first.files;
  const last = gathered.at(-1) ?? first;
  if (last === first) return { files: first.files, rows: first.progress.rows };
  const failed = joinedFailures(work);
  if (lost.length === 0 && !isLastRoundPartial) {
    const files = { success, failed, unprocessed: last.files.unprocessed };
    return { files, rows: await joinRounds(gathered, { rounds, files }) };
  }
  const files = { success, failed, unprocessed: joinedUnprocessed(work) };
  // What is lost can't be told from what was never sent.
  const hasLost = lost.some(({ round }) => round > 0 && round === rounds.length - 1);
  const isLastPartial = isLastRoundPartial && !hasLost;
  const tempPath = work.context.store.pathFor(work.runId, 'sent-rows');
  return { files, rows: await joinKnown(gathered, { plan: rounds[0], files, isLastPartial, tempPath }) };
}

function created(gathered: readonly CollectedRound[]): { readonly created?: number } {
  const count = createdIn(gathered);
  return count === undefined ? {} : { created: count };
}
