import type { DescribeField, QueryOperation } from '../api/types.js';
import type { DescribeOf } from '../describe/describe.js';
import { FieldIndex } from '../describe/field-index.js';
import { UsageError } from '../errors.js';
import type { ExportMark } from '../run/export-plan.js';
import type { RunContext } from '../run/context.js';
import { outlineForRewrite, soqlTime, withSince } from '../soql/rewrite.js';
import { type HighWater, readMark } from './marks.js';

type IncrementalRequest = {
  readonly soql: string;
  readonly operation: QueryOperation;
  /** `LAST`, a day, or a time with its zone. */
  readonly since: string;
  /** What tells when a record was changed, or created. Default: SystemModstamp. */
  readonly field?: string;
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
 * @throws UsageError the object does not tell by the field when its records changed, the query leaves records out by
 *   itself, or `since` is no time
 */
export async function incrementalQuery(
  request: IncrementalRequest,
  { describeOf, context }: { readonly describeOf: DescribeOf; readonly context: RunContext },
): Promise<IncrementalQuery> {
  const { soql, operation, output } = request;
  const object = outlineForRewrite(soql).object.text;
  const field = await timeField(object, request.field, describeOf);
  if (request.since.toUpperCase() !== 'LAST') {
    return { soql: withSince(soql, request.since, field), since: soqlTime(request.since) };
  }
  const mark: ExportMark = {
    object,
    operation,
    query: soql,
    ...(output === undefined ? {} : { output }),
    ...(field === standardField ? {} : { field }),
  };
  const last = await readMark(mark, context);
  // Narrowed and thrown away: a query that cannot be narrowed next time is refused this time.
  const narrowed = withSince(soql, last?.since ?? new Date(0).toISOString(), field);
  return last === undefined
    ? { soql, mark, since: undefined }
    : { soql: narrowed, mark, since: last.since, last };
}

const standardField = 'SystemModstamp';

/** What history and share objects have instead. */
const otherFields = ['LastModifiedDate', 'CreatedDate'];

/** The field's own name. @throws UsageError the org can't tell by it what has changed */
async function timeField(object: string, asked: string | undefined, describeOf: DescribeOf): Promise<string> {
  const name = asked ?? standardField;
  const describe = await describeOf(object);
  if (describe === undefined) return name;
  const fields = new FieldIndex(describe);
  const field = fields.field(name);
  const problem = problemOf(field, name, object);
  if (problem === undefined) return field?.name ?? name;
  const usable = [standardField, ...otherFields].find(
    (each) => problemOf(fields.field(each), each, object) === undefined,
  );
  const nearest = asked === undefined ? undefined : fields.nearestField(name);
  throw new UsageError(problem, {
    actions: [
      ...(nearest === undefined ? [] : [`Did you mean ${nearest}?`]),
      usable === undefined
        ? 'Export without --since, or narrow the query by a field of the object itself.'
        : `Tell changes by another field: --since-field ${usable}`,
    ],
    data: { object, field: name },
  });
}

function problemOf(field: DescribeField | undefined, name: string, object: string): string | undefined {
  if (field === undefined) return `${object} has no ${name}, so the org can't tell what has changed.`;
  if (field.filterable === false)
    return `The org can't filter ${object} by ${name}, so it can't tell what has changed.`;
  if (field.type !== 'datetime') return `${name} is no date with a time, so it can't tell what has changed.`;
  return undefined;
}
