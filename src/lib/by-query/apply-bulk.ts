import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiterCharacters } from '../api/types.js';
import type { Events } from '../events.js';
import type { LoadEvents } from '../load/model/events.js';
import { runLoad } from '../load/load.js';
import { planLoad } from '../load/plan/plan.js';
import { mostJobBytes, type LoadRequest } from '../load/model/request.js';
import type { LoadStatus } from '../load/model/status.js';
import { rowOf, readRecords } from '../csv/read-rows.js';
import { RowCountError } from '../errors.js';
import type { RunContext } from '../run/context.js';
import type { QueriedChange } from '../run/change-plan.js';
import { notProcessed, ofRowError, succeeded, type RecordResult } from './record-result.js';
import type { SavedRecords } from './save.js';

export type ApplyBulkOptions = {
  /** Kept in the plan of the load. */
  readonly change: QueriedChange;
  /** Absolute; gets the three files of results. */
  readonly resultsDir: string;
  /** See `LoadPlan`. */
  readonly reportPath?: string | undefined;
  readonly events: Events<LoadEvents>;
  /** Awaited once the load is on disk, and before anything is sent. */
  readonly onBegun?: (() => Promise<void>) | undefined;
};

/** Loads the saved changes: journalled, so that an interrupted one can be resumed like any load. */
export async function applyBulk(
  { found, runId, changesPath, count }: SavedRecords,
  { change, resultsDir, reportPath, events, onBegun }: ApplyBulkOptions,
  context: RunContext,
): Promise<LoadStatus> {
  const request: LoadRequest = {
    operation: found.request.operation,
    object: found.object,
    inputs: [{ name: 'records of the query', path: changesPath }],
    reading: { format: 'ndjson' },
    columns: {},
    limits: { maxJobBytes: mostJobBytes, maxRowsPerJob: Number.POSITIVE_INFINITY, concurrency: 4 },
    resultsDir,
    reportPath,
    // A record whose new value the org does not take shall fail alone, as it does over SObject Collections.
    preflight: false,
    wait: 'end',
    change,
    ...(found.stampField === undefined ? {} : { stampField: found.stampField }),
  };
  const planned = await planLoad(request, context, events, { runId });
  const { rows } = planned.plan;
  if (rows !== count)
    throw new RowCountError(`${count} records were found, and ${rows} are in the load's input.`);
  // The load has its own form of them.
  await rm(changesPath, { force: true });
  return runLoad(planned, { events, onBegun }, context);
}

/** A result for every record of the load, failed and unprocessed ones included. */
export async function* bulkResults(load: LoadStatus): AsyncGenerator<RecordResult> {
  const { files, plan } = load;
  if (files === undefined) return;
  const unprocessed = unprocessedReason(load);
  const delimiter = delimiterCharacters[plan.columnDelimiter];
  const rows = (path: string | null) => (path === null ? [] : rowsIn(path, delimiter));
  for await (const row of rows(files.success)) yield succeeded(idOf(row));
  for await (const row of rows(files.failed)) yield ofRowError(idOf(row), row.sf__Error ?? '');
  for await (const row of rows(files.unprocessed)) yield notProcessed(idOf(row), unprocessed);
}

async function* rowsIn(path: string, delimiter: string): AsyncGenerator<Record<string, string>> {
  let columns: readonly string[] | undefined;
  for await (const values of readRecords(createReadStream(path), { delimiter })) {
    if (columns === undefined) columns = values;
    else yield rowOf(columns, values);
  }
}

/** The org says why of its jobs only, not of each record. */
function unprocessedReason({ jobs, halt }: LoadStatus): string {
  const reasons = jobs.flatMap(({ state, errorMessage }) =>
    state === 'Failed' && errorMessage !== undefined ? [errorMessage] : [],
  );
  const reason = [...new Set(halt === undefined ? reasons : [...reasons, halt.reason])].join('; ');
  return `The job ended before it came to this record${reason === '' ? '.' : `: ${reason}`}`;
}

/** The org leaves `sf__Id` out of some failures; the row's own column has it always. */
function idOf(row: Readonly<Record<string, string>>): string {
  return row.Id ?? row.sf__Id ?? '';
}
