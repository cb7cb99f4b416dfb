import { readdir, rm, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sentParts } from '../upload/upload-parts.js';
import type { LoadWork } from '../model/work.js';
import type { PerResultFile, CollectProgress } from '../model/result-sets.js';
import { fileSize } from '../../files/file-facts.js';
import type { JournalRecord } from '../../run/record.js';
import { perFile } from './result-files.js';

/** Names of the three files; one set for a load, named after its first job. Absolute where the folder is. */
export function resultPathsOf(folder: string, jobId: string): PerResultFile<string> {
  return {
    success: join(folder, `${jobId}-success-records.csv`),
    failed: join(folder, `${jobId}-failed-records.csv`),
    unprocessed: join(folder, `${jobId}-unprocessed-records.csv`),
  };
}

/**
 * Where rows are gathered, beside the files that they go into, until those are complete. `who` is in the names, so that
 * no two writers share a file.
 */
export function gatheredPathsOf(
  { success, failed, unprocessed }: PerResultFile<string>,
  who: string,
): PerResultFile<string> {
  return {
    success: `${success}.${who}.part`,
    failed: `${failed}.${who}.part`,
    unprocessed: `${unprocessed}.${who}.part`,
  };
}

/** The names that the files of a load get: by its own id where it has no job, since no row was sent. */
export function namesOf({
  journal,
  runId,
  firstJobId,
}: Pick<LoadWork, 'journal' | 'runId' | 'firstJobId'>): PerResultFile<string> {
  const [plan] = journal.rounds;
  const [first] = sentParts(plan, journal);
  return resultPathsOf(plan.resultsDir, firstJobId ?? first?.jobId ?? runId);
}

/** What tells the partial files of this owner of a load from those of its other owners. */
export function writerOf({ journal }: LoadWork): string {
  return journal.owner.token.slice(0, 8);
}

/**
 * Where an owner of a load gathers the rows of one round, the first of which is 0.
 * @param writer of a journal that does not name it: the load's owners all had the same names
 */
export function gatheredBy(work: LoadWork, round: number, writer: string | undefined): PerResultFile<string> {
  const number = round === 0 ? work.runId : `${work.runId}-${round}`;
  return gatheredPathsOf(namesOf(work), writer === undefined ? number : `${number}.${writer}`);
}

/** Where this owner brings the failed rows of all rounds together. */
export function joinedFailures(work: LoadWork): string {
  return `${namesOf(work).failed}.${work.runId}.${writerOf(work)}.all.part`;
}

/** Where it does so with the unprocessed ones, where a later round has not taken all of them. */
export function joinedUnprocessed(work: LoadWork): string {
  return `${namesOf(work).unprocessed}.${work.runId}.${writerOf(work)}.all.part`;
}

/** The partial files that a load has in its results folder, those of owners that were killed included. */
type Partials = { readonly folder: string; readonly prefixes: readonly string[] };

export function partialsOf(work: Pick<LoadWork, 'runId' | 'journal' | 'firstJobId'>): Partials {
  const [{ resultsDir }] = work.journal.rounds;
  const prefixes = Object.values(namesOf(work)).map((name) => `${basename(name)}.${work.runId}`);
  return { folder: resultsDir, prefixes };
}

/** Their names have the load's id in them, so that nothing of anybody else's is touched. */
export async function removePartials({ folder, prefixes }: Partials): Promise<void> {
  for (const name of await readdir(folder)) {
    if (prefixes.some((prefix) => name.startsWith(prefix))) await rm(join(folder, name), { force: true });
  }
}

/**
 * Takes over what a load whose journal is of version 1 has gathered: in files without the run's id in their names, some of
 * which have got the names that they should end with.
 */
export async function adoptVersion1(
  records: readonly JournalRecord[],
  named: PerResultFile<string>,
  gathered: PerResultFile<string>,
): Promise<void> {
  const [first] = records;
  if (first?.type !== 'load' || first.version !== 1) return;
  const collected = records.findLast((record) => record.type === 'collected');
  const bytes = (collected?.progress as CollectProgress | undefined)?.bytes;
  await perFile(async (name) => {
    const partial = `${named[name]}.part`;
    const isNamed = bytes?.[name] === (await fileSize(named[name]));
    if ((await fileSize(partial)) >= 0) await rename(partial, gathered[name]);
    else if (isNamed) await rename(named[name], gathered[name]);
  });
}
