import { UsageError } from '../errors.js';
import type { SoqlOutline } from './outline.js';
import { parseSoql } from './parse.js';
import { SoqlError } from './problem.js';

/**
 * Outlines a query that is about to be rewritten.
 * @throws SoqlError it can't be read to its end, so that nobody knows what it would find with other words in it
 */
export function outlineForRewrite(soql: string): SoqlOutline {
  const parsed = parseSoql(soql);
  if ('unread' in parsed) throw new SoqlError([parsed.unread]);
  return parsed.outline;
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
export function withFields({ soql, selectList }: SoqlOutline, fields: readonly string[]): string {
  return soql.slice(0, selectList.start) + fields.join(', ') + soql.slice(selectList.end);
}

/**
 * Narrows a query to the records whose `field` is at `since` or later.
 *
 * @param field a field of dates with times: when records were changed, or created
 * @param since a day (`2026-01-31`, midnight UTC) or a time with its zone (`2026-01-31T08:00:00Z`)
 * @throws UsageError when `since` is neither, and for queries with LIMIT, OFFSET or GROUP BY: what they leave out
 *   of one export would be missing from the next as well
 * @throws SoqlError the query can't be read to its end
 */
export function withSince(soql: string, since: string, field = 'SystemModstamp'): string {
  const outline = outlineForRewrite(soql);
  const cut = (['LIMIT', 'OFFSET', 'GROUP BY'] as const).find((clause) => outline.clauses.has(clause));
  if (cut !== undefined) {
    throw new UsageError(
      `An incremental export cannot have ${cut}: the records it leaves out would be lost.`,
      {
        actions: [`Leave out ${cut}, or export without --since.`],
      },
    );
  }
  return addCondition(outline, `${field} >= ${soqlTime(since)}`);
}

const day = /^\d{4}-\d\d-\d\d$/;
const timeWithZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/i;

/** A time as a SOQL literal in UTC. @throws UsageError when it is no day and no time with a zone */
export function soqlTime(text: string): string {
  const time = new Date(text);
  const isTime = (day.test(text) || timeWithZone.test(text)) && !Number.isNaN(time.getTime());
  if (!isTime) {
    throw new UsageError(`"${text}" is not a time.`, {
      actions: ['Write a day such as 2026-01-31, or a time with its zone such as 2026-01-31T08:00:00Z.'],
    });
  }
  return time.toISOString();
}
