import { Readable } from 'node:stream';
import { gather } from '../parallel.js';
import { inputRowsOf } from '../load/model/rounds.js';
import type { LoadStatus } from '../load/model/status.js';
import { RowCountError } from '../errors.js';
import type { ChangePlan, ChangeProgress } from '../run/change-plan.js';
import { bulkResults } from './apply-bulk.js';
import { type RecordResult, resultsIn } from './record-result.js';
import type { Route } from './request.js';

/** A change by query that has ended. Iterating gives what became of each record, as often as wanted. */
export type ByQueryOutcome = AsyncIterable<RecordResult> & {
  readonly object: string;
  readonly route: Route;
  /** Records found, all of which have a result, but in a dry run. */
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
  /** Records that a resume has left alone, since somebody has modified them after they were found. */
  readonly skipped: number;
  /** The load that carried them, when they went through Bulk. */
  readonly load: LoadStatus | undefined;
  /** All results at once; for many records iterate instead. */
  toArray(): Promise<RecordResult[]>;
};

/** Of a change that went through Bulk. Records that the load has not come to count as failed. */
export function outcomeOfLoad(load: LoadStatus): ByQueryOutcome {
  const { successful, failed, unprocessed, plan } = load;
  const facts = { object: plan.object, route: 'bulk', total: inputRowsOf(plan), load } as const;
  // All that is set aside of a change by query was skipped, and counts as failed in its load.
  const skipped = plan.setAside?.rows ?? 0;
  const progress = { successful, failed: failed - skipped + unprocessed, skipped };
  return outcome(facts, progress, () => bulkResults(load));
}

/** Of a change over SObject Collections. @param path of the file with a result a line */
export function outcomeOfCalls(
  { object, rows }: ChangePlan,
  progress: ChangeProgress,
  path: string,
): ByQueryOutcome {
  const facts = { object, route: 'collections', total: rows, load: undefined } as const;
  return outcome(facts, progress, () => resultsIn(path));
}

/** Of a query that has found no record. */
export function outcomeOfNothing(object: string, route: Route): ByQueryOutcome {
  const progress = { successful: 0, failed: 0, skipped: 0 };
  return outcome({ object, route, total: 0, load: undefined }, progress, () => Readable.from([]));
}

/** Of a change that was not made. @param total the records that it would have changed */
export function outcomeOfDryRun(
  { object, route }: Pick<ByQueryOutcome, 'object' | 'route'>,
  total: number,
): ByQueryOutcome {
  return { ...outcomeOfNothing(object, route), total };
}

type Facts = Pick<ByQueryOutcome, 'object' | 'route' | 'total' | 'load'>;

function outcome(
  facts: Facts,
  progress: ChangeProgress,
  results: () => AsyncIterable<RecordResult>,
): ByQueryOutcome {
  const { successful, failed, skipped } = progress;
  requireAll(facts.total, successful + failed + skipped);
  return {
    ...facts,
    ...progress,
    [Symbol.asyncIterator]: () => results()[Symbol.asyncIterator](),
    toArray: () => gather(results()),
  };
}

function requireAll(expected: number, received: number): void {
  if (expected === received) return;
  throw new RowCountError(`${expected} records were found, and ${received} have a result.`, {
    data: { expected, received },
  });
}
