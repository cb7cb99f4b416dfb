import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiterCharacters } from '../../api/types.js';
import type { LoadJournal } from '../load-journal.js';
import { sinceResultsMoved } from '../rounds.js';
import type { LoadWork } from '../work.js';
import { collectRound, type CollectedRound } from './collect-round.js';
import { ErrorGroups, type ErrorGroup } from './error-groups.js';
import { countErrors } from './failed-sample.js';
import { joinRounds } from './join-rounds.js';
import { nameFile } from './name-file.js';
import type { CollectOutcome, PerResultFile } from './request.js';
import { perFile } from './result-files.js';
import { allGathered, namesOf, wholeFilesOf } from './result-paths.js';
import { onResultFiles, resumeElsewhere } from './results-folder.js';
import { requireAllRows } from './row-counts.js';

/** Whether all rows of a load are gathered and add up, so that their files only need their names. */
export function hasCompleteResults({ rounds: [plan], records }: LoadJournal): boolean {
  return plan.parts.length === 0 || completedOutcome(records) !== undefined;
}

/**
 * Brings the results of all rounds together: a row that was retried stands where its last round has put it.
 * @throws RowCountError they are more or fewer than the rows of the input
 */
export async function completeResults(work: LoadWork): Promise<void> {
  const { journal } = work;
  const { rounds } = journal;
  const gathered: CollectedRound[] = [];
  for (const round of rounds.keys()) gathered.push(await collectRound(work, round));
  await onResultFiles(work, async () => {
    await journal.confirm();
    const files = wholeFilesOf(work);
    const [{ rows: inputRows, columnDelimiter }] = rounds;
    const rows = await joinRounds(gathered, { rounds, files });
    requireAllRows([], { inputRows, rows }, Object.values(files));
    const errors =
      rows.failed === 0 ? [] : await errorGroupsIn(files.failed, delimiterCharacters[columnDelimiter]);
    const summary = outcomeOf(rows, errors, namesOf(work));
    await journal.append({ type: 'complete', summary });
  });
}

/** Gives the complete files their names, and removes the others. Can be repeated. */
export async function nameResults(work: LoadWork): Promise<void> {
  const { journal } = work;
  const paths = completedOutcome(journal.records)?.paths;
  if (paths === undefined) return;
  await onResultFiles(work, async () => {
    await journal.confirm();
    const files = wholeFilesOf(work);
    await perFile(async (set) => {
      const name = paths[set];
      if (name !== null) await nameFile(files[set], name, [resumeElsewhere(journal)]);
    });
    for (const path of allGathered(work)) await rm(path, { force: true });
  });
}

/** Groups the rows of a file of failed records by their errors, worst first. */
export async function errorGroupsIn(path: string, delimiter: string): Promise<readonly ErrorGroup[]> {
  const groups = new ErrorGroups();
  await countErrors(createReadStream(path) as AsyncIterable<Buffer>, delimiter, groups);
  return groups.report();
}

/** What is told of collected rows. A set without rows has no file. */
export function outcomeOf(
  { success, failed, unprocessed }: PerResultFile<number>,
  errors: readonly ErrorGroup[],
  names: PerResultFile<string>,
): CollectOutcome {
  const paths = {
    success: success === 0 ? null : names.success,
    failed: failed === 0 ? null : names.failed,
    unprocessed: unprocessed === 0 ? null : names.unprocessed,
  };
  return { successful: success, failed, unprocessed, errors, paths };
}

function completedOutcome(records: LoadJournal['records']): CollectOutcome | undefined {
  const complete = sinceResultsMoved(records).findLast((record) => record.type === 'complete');
  return complete?.summary as CollectOutcome | undefined;
}
