import { createReadStream } from 'node:fs';
import { Events } from '../events.js';
import { readNdjson } from '../input/ndjson-in.js';
import type { LoadEvents } from '../load/events.js';
import type { LoadStatus } from '../load/status.js';
import { gather } from '../gather.js';
import { RowCountError } from '../row-count-error.js';
import type { RunContext } from '../run/context.js';
import { applyBulk, bulkResults } from './apply-bulk.js';
import { applyCollections, type ChangeProgress } from './apply-collections.js';
import type { RecordResult } from './record-result.js';
import type { Route } from './request.js';
import type { SavedRecords } from './save.js';

/** How a change is followed, and where its results go. */
export type ApplyOptions = {
  /** Absolute; gets the result files of a Bulk load. Default: a folder of the run's own, kept for seven days. */
  readonly resultsDir?: string;
  /** Of the load, when the records go through Bulk. */
  readonly events?: Events<LoadEvents>;
  /** Called after each call of SObject Collections, with what has become of the records so far. */
  readonly onChanged?: (progress: ChangeProgress) => void;
};

/** A change by query that has ended. Iterating gives what became of each record, as often as wanted. */
export type ByQueryOutcome = AsyncIterable<RecordResult> & {
  readonly object: string;
  readonly route: Route;
  /** Records found, all of which have a result. */
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
  /** The load that carried them, when they went through Bulk. */
  readonly load: LoadStatus | undefined;
  /** All results at once; for many records iterate instead. */
  toArray(): Promise<RecordResult[]>;
};

/**
 * Changes the records that were saved.
 * @throws RowCountError records are without a result
 */
export async function applySaved(
  saved: SavedRecords,
  context: RunContext,
  { resultsDir, events = new Events(), onChanged }: ApplyOptions = {},
): Promise<ByQueryOutcome> {
  const { route, object } = saved.found;
  const facts = { object, route, total: saved.count };
  // No records: nothing to send, and no load of none.
  if (route === 'collections' || saved.count === 0) {
    const path = await applyCollections(saved, context, { events, onChanged });
    return outcome(facts, await countIn(storedResults(path)), () => storedResults(path));
  }
  const folder = resultsDir ?? context.store.pathFor(saved.runId, 'results');
  const load = await applyBulk(saved, { resultsDir: folder, events }, context);
  const { successful, failed, unprocessed } = load;
  return outcome({ ...facts, load }, { successful, failed: failed + unprocessed }, () => bulkResults(load));
}

type Facts = Pick<ByQueryOutcome, 'object' | 'route' | 'total'> & { readonly load?: LoadStatus };

function outcome(
  { load, ...facts }: Facts,
  figures: ChangeProgress,
  results: () => AsyncGenerator<RecordResult>,
): ByQueryOutcome {
  requireAll(facts.total, figures.successful + figures.failed);
  return {
    ...facts,
    ...figures,
    load,
    [Symbol.asyncIterator]: results,
    toArray: () => gather(results()),
  };
}

async function countIn(results: AsyncIterable<RecordResult>): Promise<ChangeProgress> {
  const figures = { successful: 0, failed: 0 };
  for await (const { success } of results) {
    if (success) figures.successful += 1;
    else figures.failed += 1;
  }
  return figures;
}

function requireAll(expected: number, received: number): void {
  if (expected === received) return;
  throw new RowCountError(`${expected} records were found, and ${received} have a result.`, {
    data: { expected, received },
  });
}

async function* storedResults(path: string): AsyncGenerator<RecordResult> {
  for await (const result of readNdjson(createReadStream(path), path)) yield result as RecordResult;
}
