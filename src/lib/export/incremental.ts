import type { QueryOperation } from '../api/types.js';
import type { DescribeOf } from '../describe/describe.js';
import { FieldIndex } from '../describe/field-index.js';
import { UsageError } from '../errors.js';
import type { ExportMark } from '../run/record.js';
import type { RunContext } from '../run/context.js';
import { readMark, type HighWater } from './high-water.js';
import { outlineForRewrite } from '../soql/rewrite.js';
import { soqlTime, withSince } from '../soql/rewrite.js';

export type IncrementalRequest = {
  readonly soql: string;
  readonly operation: QueryOperation;
  /** `LAST`, a day, or a time with its zone. */
  readonly since: string;
  /** Absolute path of the file or the folder; absent for standard output. */
  readonly output?: string;
};

export type IncrementalQuery = {
  /** The query, narrowed to what has changed. */
  readonly soql: string;
  /** Moved when the export is complete. With LAST only: an export since another time leaves a gap before it. */
  readonly mark?: ExportMark;
  /** From when on records are exported, ISO 8601 in UTC; undefined for all of them: there was no earlier export. */
  readonly since: string | undefined;
  /** The export that this one continues, with LAST. */
  readonly last?: HighWater;
};

/**
 * Narrows a query to the records that changed since a time, or since the last complete export of the same query to
 * the same output.
 * @throws UsageError the object does not tell when its records changed, the query leaves records out by itself, or
 *   `since` is no time
 */
export async function incrementalQuery(
  request: IncrementalRequest,
  { describeOf, context }: { readonly describeOf: DescribeOf; readonly context: RunContext },
): Promise<IncrementalQuery> {
  const { soql, operation, output } = request;
  const object = outlineForRewrite(soql).object.text;
  await requireModstamp(object, describeOf);
  if (request.since.toUpperCase() !== 'LAST') {
    return { soql: withSince(soql, request.since), since: soqlTime(request.since) };
  }
  const mark = { object, operation, query: soql, ...(output === undefined ? {} : { output }) };
  const last = await readMark(mark, context);
  // Narrowed and thrown away: a query that cannot be narrowed next time is refused this time.
  const narrowed = withSince(soql, last?.since ?? new Date(0).toISOString());
  return last === undefined
    ? { soql, mark, since: undefined }
    : { soql: narrowed, mark, since: last.since, last };
}

async function requireModstamp(object: string, describeOf: DescribeOf): Promise<void> {
  const describe = await describeOf(object);
  if (describe === undefined) return;
  const field = new FieldIndex(describe).field('SystemModstamp');
  if (field !== undefined && field.filterable !== false) return;
  const problem =
    field === undefined
      ? `${object} has no SystemModstamp, so the org can't tell what has changed.`
      : `The org can't filter ${object} by SystemModstamp, so it can't tell what has changed.`;
  throw new UsageError(problem, {
    actions: ['Export without --since, or narrow the query by a field of the object itself.'],
    data: { object },
  });
}
