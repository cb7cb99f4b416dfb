import { join, resolve } from 'node:path';
import type { Route, SavedRecords } from '../../lib/by-query/by-query.js';
import { partStates } from '../../lib/load/load.js';
import type { RunOrg } from '../../lib/run/record.js';
import { isFinished, type RunView } from '../../lib/run/store.js';

/** A change that has been begun, as people and programs are told of it. */
export type ChangeFacts = {
  readonly runId: string;
  readonly operation: string;
  readonly object: string;
  readonly route: Route;
  /** Records that were found. */
  readonly total: number;
  /** Has the ids and, on update, the old values; absent: nobody wanted it. */
  readonly savedFilePath?: string | undefined;
  /** Gets the records that were not changed, when they went through SObject Collections. */
  readonly failedFilePath: string;
  readonly org: RunOrg;
};

/** @param stem of the files that the change leaves: the saved one, and the one with what failed */
export function factsOf(
  { found, runId, count, savedFilePath }: SavedRecords,
  stem: string,
  org: RunOrg,
): ChangeFacts {
  const { request, object, route } = found;
  const { operation } = request;
  return {
    runId,
    operation,
    object,
    route,
    total: count,
    savedFilePath,
    failedFilePath: failuresAt(stem),
    org,
  };
}

/** Of a change that is resumed. @returns undefined for a run that is none */
export function factsOfRun(
  { runId, records: [first] }: RunView,
  resultsDir: string | undefined,
): ChangeFacts | undefined {
  if (first?.type !== 'load' && first?.type !== 'change') return undefined;
  const { operation, object, rows, change } = first.plan;
  if (change === undefined) return undefined;
  const { savedFilePath } = change;
  const stem = resultsDir === undefined ? savedFilePath?.replace(/\.csv$/i, '') : undefined;
  return {
    runId,
    operation,
    object,
    route: first.type === 'load' ? 'bulk' : 'collections',
    total: rows,
    savedFilePath,
    failedFilePath: failuresAt(stem ?? join(resolve(resultsDir ?? '.'), `${object}-${runId}`)),
    org: first.org,
  };
}

function failuresAt(stem: string): string {
  return `${stem}-failed-records.csv`;
}

/**
 * When the values were made that a resume would send over Bulk without a look at the records, ISO 8601; undefined where
 * it sends none: a job can't leave out records that somebody has modified meanwhile.
 */
export function madeAt({ records }: RunView): string | undefined {
  const [first] = records;
  if (first?.type !== 'load' || first.plan.operation !== 'update' || isFinished(records)) return undefined;
  if (first.plan.stampField !== undefined) return undefined;
  const states = partStates(records, first.plan.parts.length);
  const isUnsent = states.some(({ kind }) => kind === 'planned' || kind === 'open' || kind === 'uploaded');
  return isUnsent ? first.at : undefined;
}
