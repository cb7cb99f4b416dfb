import { join } from 'node:path';
import { sentParts } from '../upload/upload-parts.js';
import type { LoadWork } from '../work.js';
import type { PerResultFile } from './request.js';

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

/** The names that the files of a load get. */
export function namesOf({ journal }: LoadWork): PerResultFile<string> {
  const [plan] = journal.rounds;
  const [first] = sentParts(plan, journal);
  return resultPathsOf(plan.resultsDir, first?.jobId ?? '');
}

/** Where the rows of one round are gathered, the first of which is 0. */
export function gatheredIn(work: LoadWork, round: number): PerResultFile<string> {
  return gatheredPathsOf(namesOf(work), round === 0 ? work.runId : `${work.runId}-${round}`);
}

/** The files with all rows of a load: those of its one round, or those that its rounds are brought together in. */
export function wholeFilesOf(work: LoadWork): PerResultFile<string> {
  const last = work.journal.rounds.length - 1;
  const { success, failed } = gatheredIn(work, 0);
  const { unprocessed } = gatheredIn(work, last);
  return { success, failed: last === 0 ? failed : failed.replace(/part$/, 'all.part'), unprocessed };
}

/** All files that a load gathers rows in. */
export function allGathered(work: LoadWork): string[] {
  const rounds = work.journal.rounds.flatMap((_, round) => Object.values(gatheredIn(work, round)));
  return [...new Set([...rounds, ...Object.values(wholeFilesOf(work))])];
}
