import { clauseTokens, withoutAlias, type SoqlOutline } from './outline.js';
import { parseSoql } from './parse.js';
import { addCondition } from './rewrite.js';
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
 * @returns undefined when the parts would not make up the whole: with LIMIT, OFFSET or GROUP BY, with an ORDER BY that
 *   does not order by the ranges' field first, and when the query can't be read to its end
 */
export function splitByRange(soql: string, ranges: readonly SoqlRange[]): string[] | undefined {
  const parsed = parseSoql(soql);
  if ('unread' in parsed) return undefined;
  const { outline } = parsed;
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

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idCharacters = 15;

/**
 * Cuts the ids from `first` to `last` into ranges of equal width. The outer two are open, so that records made
 * meanwhile, and every record whatever its id, are in exactly one. Ids order as base-62 numbers, digits before
 * capitals before small letters.
 */
export function idRanges(first: string, last: string, count: number): SoqlRange[] {
  const low = fromBase62(first.slice(0, idCharacters));
  const high = fromBase62(last.slice(0, idCharacters));
  return between(low, high, count).map(({ from, to }) => ({
    field: 'Id',
    ...(from === undefined ? {} : { from: toBase62(from) }),
    ...(to === undefined ? {} : { to: toBase62(to) }),
  }));
}

/** Cuts the time between two dates into ranges of equal length; the outer two are open. */
export function timeRanges(first: Date, last: Date, count: number): SoqlRange[] {
  const literal = (milliseconds: bigint) => new Date(Number(milliseconds)).toISOString();
  return between(BigInt(first.getTime()), BigInt(last.getTime()), count).map(({ from, to }) => ({
    field: 'CreatedDate',
    ...(from === undefined ? {} : { from: literal(from) }),
    ...(to === undefined ? {} : { to: literal(to) }),
  }));
}

type Bounds = { readonly from?: bigint; readonly to?: bigint };

/** Fewer ranges than asked for when there are not enough values between the two ends. */
function between(low: bigint, high: bigint, count: number): Bounds[] {
  const cuts = Array.from(
    { length: Math.max(0, count - 1) },
    (_, index) => low + ((high - low) * BigInt(index + 1)) / BigInt(count),
  );
  const distinct = cuts.filter((cut, index) => cut > (cuts[index - 1] ?? low));
  return [undefined, ...distinct].map((from, index) => {
    const to = distinct[index];
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  });
}

function fromBase62(id: string): bigint {
  return Array.from(id).reduce((value, digit) => value * 62n + BigInt(digits.indexOf(digit)), 0n);
}

function toBase62(value: bigint): string {
  let text = '';
  for (let rest = value; text.length < idCharacters; rest /= 62n)
    text = (digits[Number(rest % 62n)] ?? '') + text;
  return text;
}
