import { UsageError } from '../errors.js';
import { outlineSoql, type ClauseName, type SoqlOutline } from './outline.js';

/** Outlines a query that is about to be rewritten. @throws UsageError when it is not `SELECT … FROM …` */
export function outlineForRewrite(soql: string): SoqlOutline {
  const outline = outlineSoql(soql);
  if (outline === undefined) {
    throw new UsageError('This is not a query that can be changed: it has no SELECT … FROM ….', {
      actions: ['Write the query as SELECT fields FROM object.'],
      data: { soql },
    });
  }
  return outline;
}

/** Narrows a query by one more condition; the user's own text stays as it is, in parentheses where it must. */
export function addCondition({ soql, clauses, from }: SoqlOutline, condition: string): string {
  const where = clauses.get('WHERE');
  if (where === undefined) {
    return `${soql.slice(0, from.end)} WHERE ${condition}${soql.slice(from.end)}`;
  }
  const { start, end } = where.body;
  return `${soql.slice(0, start)}(${soql.slice(start, end)}) AND ${condition}${soql.slice(end)}`;
}

/** Replaces the select list of a query, as an update or a deletion by query needs it. */
export function withFields(soql: string, fields: readonly string[]): string {
  const { selectList } = outlineForRewrite(soql);
  return soql.slice(0, selectList.start) + fields.join(', ') + soql.slice(selectList.end);
}

/** Clauses that decide which records a query finds, in the order SOQL wants them. */
const countedClauses: readonly ClauseName[] = ['WHERE', 'WITH', 'LIMIT'];

/**
 * The query that counts what `soql` would find, LIMIT included, or undefined when it groups or skips records.
 * REST answers it with `totalSize`; Bulk does not know COUNT().
 */
export function countQuery(soql: string): string | undefined {
  const { from, clauses } = outlineForRewrite(soql);
  if (clauses.has('GROUP BY') || clauses.has('OFFSET')) return undefined;
  const kept = countedClauses.flatMap((name) => clauses.get(name) ?? []);
  return ['SELECT COUNT()', ...[from, ...kept].map(({ start, end }) => soql.slice(start, end))].join(' ');
}
