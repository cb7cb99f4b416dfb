import type { SoqlRange } from './split-by-range.js';

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
