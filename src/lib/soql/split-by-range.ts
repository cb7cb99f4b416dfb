import { clauseTokens, type SoqlOutline } from './outline.js';
import { addCondition, outlineForRewrite } from './rewrite.js';
import { withoutAlias } from './shape.js';
import { isKeyword } from './tokens.js';

/**
 * A part of an object's records: those with `from` <= field < `to`. Without a bound it is open on that side.
 * Times are SOQL literals, ids have 15 or 18 characters.
 */
export type SoqlRange = {
  readonly field: 'Id' | 'CreatedDate';
  readonly from?: string;
  readonly to?: string;
};

/**
 * One query for each range, for results that a single query cannot return in time (`QUERY_TIMEOUT`). Results one
 * after another, in the order of the queries returned, are the result of the whole.
 *
 * @param ranges ascending and without gaps; see `idRanges` and `timeRanges`
 * @returns undefined when the parts would not make up the whole: with LIMIT, OFFSET or GROUP BY, and with an
 *   ORDER BY that does not order by the ranges' field first
 */
export function splitByRange(soql: string, ranges: readonly SoqlRange[]): string[] | undefined {
  const outline = outlineForRewrite(soql);
  const { clauses } = outline;
  if (clauses.has('LIMIT') || clauses.has('OFFSET') || clauses.has('GROUP BY')) return undefined;
  const direction = firstOrder(outline, ranges[0]?.field ?? 'Id');
  if (direction === 'other') return undefined;
  const inOrder = direction === 'descending' ? [...ranges].reverse() : ranges;
  return inOrder.map((range) => {
    const condition = conditionOf(range);
    return condition === '' ? soql : addCondition(outline, condition);
  });
}

function firstOrder(
  outline: SoqlOutline,
  field: SoqlRange['field'],
): 'none' | 'ascending' | 'descending' | 'other' {
  const [path, direction] = clauseTokens(outline, 'ORDER BY');
  if (path === undefined) return 'none';
  if (withoutAlias(path.text, outline).toLowerCase() !== field.toLowerCase()) return 'other';
  return isKeyword(direction, 'DESC') ? 'descending' : 'ascending';
}

function conditionOf({ field, from, to }: SoqlRange): string {
  const literal = (bound: string) => (field === 'Id' ? `'${bound}'` : bound);
  const conditions = [
    ...(from === undefined ? [] : [`${field} >= ${literal(from)}`]),
    ...(to === undefined ? [] : [`${field} < ${literal(to)}`]),
  ];
  return conditions.join(' AND ');
}
