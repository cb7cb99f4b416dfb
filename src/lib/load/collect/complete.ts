import { createReadStream } from 'node:fs';
import { delimiterCharacters } from '../../api/types.js';
import { fileSize } from '../../files/file-facts.js';
import type { LoadJournal } from '../model/load-journal.js';
import { completeRecord, inputRowsOf } from '../model/rounds.js';
import type { LoadWork } from '../model/work.js';
import { collectRound, type CollectedRound } from './collect-round.js';
import { ErrorGroups, type ErrorGroup } from '../model/error-groups.js';
import { countErrors } from './failed-sample.js';
import { joinRounds } from './join-rounds.js';
import { leftPlacesName, noteLeftRows } from './left-rows.js';
import { nameFile } from './name-file.js';
import type { CollectOutcome, CollectProgress, PerResultFile } from '../model/result-sets.js';
import { perFile, appendLines, writeGathered } from './result-files.js';
import { gatheredBy, joinedFailures, namesOf, partialsOf, removePartials } from './result-paths.js';
import { onResultFiles, resumeElsewhere } from './results-folder.js';
import { requireAllRows } from './row-counts.js';
import type { LoadPlan, SetAside } from '../../run/record.js';

/** Whether all rows of a load are gathered and add up, so that their files only need their names. */
export function hasCompleteResults({ rounds: [plan], records }: LoadJournal): boolean {
  return inputRowsOf(plan) === 0 || completeRecord(records) !== undefined;
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
    const files = wholeFiles(work, gathered);
    const [plan] = rounds;
    const { columnDelimiter } = plan;
    const rows = await withSetAside(plan, await joinRounds(gathered, { rounds, files }), gathered, files);
    requireAllRows([], { inputRows: inputRowsOf(plan), rows }, Object.values(files));
    const errors =
      rows.failed === 0 ? [] : await errorGroupsIn(files.failed, delimiterCharacters[columnDelimiter]);
    const path = work.context.store.pathFor(work.runId, leftPlacesName);
    const left = await noteLeftRows(plan, { files, rows, path });
    const summary = outcomeOf({ rows, created: createdIn(gathered) }, errors, namesOf(work));
    await journal.append({ type: 'complete', summary, files, ...(left === undefined ? {} : { left }) });
  });
}

/**
 * Gives the complete files their names, and removes the partial ones. Can be repeated. Where the files are gone that the
 * journal says are complete, the results are to be collected again.
 */
export async function nameResults(work: LoadWork): Promise<void> {
  const { journal } = work;
  const complete = completeRecord(journal.records);
  if (complete === undefined) return;
  const { paths } = complete.summary as CollectOutcome;
  const files = complete.files ?? filesOfOlderJournal(work);
  await onResultFiles(work, async () => {
    await journal.confirm();
    const hasName = await perFile(async (set) => {
      const name = paths[set];
      return name === null || nameFile(files[set], name, resumeElsewhere(work));
    });
    if (Object.values(hasName).includes(false))
      await journal.append({ type: 'results', dir: journal.rounds[0].resultsDir });
    else await removePartials(partialsOf(work));
  });
}

/** Puts the rows that were not sent behind the failed ones. @returns how many rows there are then */
export async function withSetAside(
  { setAside }: LoadPlan,
  rows: PerResultFile<number>,
  [first, ...others]: readonly CollectedRound[],
  { failed }: PerResultFile<string>,
): Promise<PerResultFile<number>> {
  if (setAside === undefined || setAside.rows === 0) return rows;
  const collected = first?.progress.rows.failed === 0 ? 0 : (first?.progress.bytes.failed ?? 0);
  await appendSetAside(
    setAside,
    failed,
    others.length === 0 ? collected : Math.max(0, await fileSize(failed)),
  );
  return { ...rows, failed: rows.failed + setAside.rows };
}

/** The files with all rows of a load: those of its one round, or those that its rounds are brought together in. */
function wholeFiles(work: LoadWork, gathered: readonly CollectedRound[]): PerResultFile<string> {
  const [first] = gathered as [CollectedRound];
  const { files } = gathered.at(-1) ?? first;
  const failed = gathered.length === 1 ? files.failed : joinedFailures(work);
  return { success: first.files.success, failed, unprocessed: files.unprocessed };
}

/** Journals that do not say where the complete files are have them under names that all owners share. */
function filesOfOlderJournal(work: LoadWork): PerResultFile<string> {
  const last = work.journal.rounds.length - 1;
  const { success, failed } = gatheredBy(work, 0, undefined);
  const { unprocessed } = gatheredBy(work, last, undefined);
  return { success, failed: last === 0 ? failed : failed.replace(/part$/, 'all.part'), unprocessed };
}

/** Groups the rows of a file of failed records by their errors, worst first. */
export async function errorGroupsIn(path: string, delimiter: string): Promise<readonly ErrorGroup[]> {
  const groups = new ErrorGroups();
  await countErrors(createReadStream(path) as AsyncIterable<Buffer>, delimiter, groups);
  return groups.report();
}

/** What is told of collected rows. A set without rows has no file. */
export function outcomeOf(
  { rows: { success, failed, unprocessed }, created }: Pick<CollectProgress, 'rows' | 'created'>,
  errors: readonly ErrorGroup[],
  names: PerResultFile<string>,
): CollectOutcome {
  const paths = {
    success: success === 0 ? null : names.success,
    failed: failed === 0 ? null : names.failed,
    unprocessed: unprocessed === 0 ? null : names.unprocessed,
  };
  return {
    successful: success,
    ...(created === undefined ? {} : { created }),
    failed,
    unprocessed,
    errors,
    paths,
  };
}

/** Undefined where the journal does not say it of all rounds. */
export function createdIn(gathered: readonly CollectedRound[]): number | undefined {
  return gathered.reduce<number | undefined>(
    (sum, { progress: { created } }) =>
      sum === undefined || created === undefined ? undefined : sum + created,
    0,
  );
}

/**
 * Puts the rows of a load that were not sent behind those that the org has refused.
 * @param bytes of the file of failed records, up to where it counts; what is behind them is replaced, so that this can be
 *   repeated
 */
async function appendSetAside({ path }: SetAside, failed: string, bytes: number): Promise<void> {
  await writeGathered(failed, bytes, async (file) => {
    const rows = createReadStream(path, { highWaterMark: 256 * 1024 });
    await appendLines(file, rows as AsyncIterable<Buffer>);
  });
}
