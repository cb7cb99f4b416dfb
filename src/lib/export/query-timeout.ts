import { ApiError } from '../api/errors.js';
import { restApi } from '../api/rest.js';
import type { ExportPart } from '../run/export-plan.js';
import { JobFailedError } from '../jobs/errors.js';
import type { ExportParts } from './parts.js';
import type { ExportSession } from './session.js';
import { idRanges, timeRanges } from '../soql/ranges.js';
import { outlineForRewrite } from '../soql/rewrite.js';
import { splitByRange, type SoqlRange } from '../soql/ranges.js';

/** Ranges that take the place of one query job. */
const rangesPerSplit = 8;
/** Past this the query is slow for another reason than the number of its records. */
const mostParts = 1000;

type RangePart = Omit<ExportPart, 'part'>;

/** Whether a job failed because its query takes the org too long (Object reference: QUERY_TIMEOUT). */
export function isQueryTimeout(error: unknown): error is JobFailedError {
  return (
    error instanceof JobFailedError &&
    /QUERY_TIMEOUT|running for too long|\bTimeout\b|retried more than/i.test(error.job.errorMessage ?? '')
  );
}

/**
 * Ranges of Id or of CreatedDate that together find what the part finds, in its order.
 * @throws JobFailedError there are none, and the timeout stands: the query orders by something else, has a LIMIT, or
 *   its records are too few to be told apart by a range
 */
export async function rangesFor(
  { range }: ExportPart,
  timeout: JobFailedError,
  { session, parts }: { readonly session: ExportSession; readonly parts: ExportParts },
): Promise<RangePart[]> {
  const { soql } = session.plan;
  // A job that was there before tells nobody its query.
  const anyField = soql === '' ? [] : (['Id', 'CreatedDate'] as const);
  const fields = range === undefined ? anyField : [range.field];
  for (const field of fields) {
    if (parts.count > mostParts || splitByRange(soql, [{ field }]) === undefined) continue;
    const bounds = await boundsOf(field, range, session);
    const ranges = bounds === undefined ? [] : queriesOf(soql, cut(field, range, bounds));
    if (ranges.length > 1) return ranges;
  }
  throw new JobFailedError(timeout.job, {
    cause: timeout,
    actions: ['Narrow the query by WHERE, or order it by Id or not at all: then it can be run in ranges.'],
  });
}

type Bounds = { readonly first: string; readonly last: string };

/** The least and the greatest value of the field: those of the part, or of the object where the part is open. */
async function boundsOf(
  field: SoqlRange['field'],
  range: SoqlRange | undefined,
  { plan, api, signal }: ExportSession,
): Promise<Bounds | undefined> {
  const rest = restApi(api, signal);
  const object = outlineForRewrite(plan.soql).object.text;
  const find = async (direction: 'ASC' | 'DESC'): Promise<string | undefined> => {
    // Without the query's own conditions the org answers from its index.
    const soql = `SELECT ${field} FROM ${object} ORDER BY ${field} ${direction} LIMIT 1`;
    const { records } = await rest.query(soql, { includeDeleted: plan.operation === 'queryAll' });
    return records[0]?.[field] as string | undefined;
  };
  try {
    const first = range?.from ?? (await find('ASC'));
    const last = range?.to ?? (await find('DESC'));
    return first === undefined || last === undefined ? undefined : { first, last };
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function cut(field: SoqlRange['field'], range: SoqlRange | undefined, { first, last }: Bounds): SoqlRange[] {
  const ranges =
    field === 'Id'
      ? idRanges(first, last, rangesPerSplit)
      : timeRanges(new Date(first), new Date(last), rangesPerSplit);
  return ranges.map((each, index) => ({
    ...each,
    ...(index === 0 && range?.from !== undefined ? { from: range.from } : {}),
    ...(index === ranges.length - 1 && range?.to !== undefined ? { to: range.to } : {}),
  }));
}

function queriesOf(soql: string, ranges: readonly SoqlRange[]): RangePart[] {
  const bySoql = new Map(ranges.map((range) => [splitByRange(soql, [range])?.[0], range]));
  return (splitByRange(soql, ranges) ?? []).map((each) => {
    const range = bySoql.get(each);
    return range === undefined ? { soql: each } : { soql: each, range };
  });
}
