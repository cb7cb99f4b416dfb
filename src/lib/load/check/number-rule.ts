import type { DescribeField } from '../../api/types.js';
import { isDigit } from '../../csv/bytes.js';
import { show, type CellFault, type CellRule } from './rules.js';

const DASH = 0x2d;
const DOT = 0x2e;
const smallestInt = -2_147_483_648;
const largestInt = 2_147_483_647;

/** Doubles, currencies and percents; exponents are fine (Bulk API guide: Prepare CSV Files). */
export function decimalRule({ precision = 0, scale = 0 }: DescribeField): CellRule {
  const wholeDigits = precision > 0 ? precision - scale : 18;
  const limit = 10 ** wholeDigits;
  return {
    passes: (bytes, start, end) => isDecimal(bytes, start, end, wholeDigits),
    fault: (value) => {
      const number = readNumber(value);
      if (typeof number !== 'number') return number;
      if (Math.abs(number) < limit) return undefined;
      return tooLarge(value, `${wholeDigits} digits before the decimal point`);
    },
  };
}

/** Whole numbers of 32 bits. */
export const intRule: CellRule = {
  passes: (bytes, start, end) =>
    end - start <= 9 && isDecimal(bytes, start, end, 9) && isWhole(bytes, start, end),
  fault: (value) => {
    const number = readNumber(value);
    if (typeof number !== 'number') return number;
    if (!Number.isInteger(number)) {
      return { code: 'BAD_NUMBER', message: `${show(value)} is not a whole number.` };
    }
    if (number >= smallestInt && number <= largestInt) return undefined;
    return tooLarge(value, `${smallestInt} to ${largestInt}`);
  },
};

function tooLarge(value: string, room: string): CellFault {
  return { code: 'BAD_NUMBER', message: `${show(value)} is too large; the field has room for ${room}.` };
}

export const numberText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function readNumber(value: string): number | CellFault {
  const text = value.trim();
  if (numberText.test(text)) return Number(text);
  const hint = /^\W*\d[\d.,' ]*\W*$/.test(text)
    ? ' Write it with a decimal point and without separators, signs of currency or percent, or say how numbers are written:' +
      ' --decimal-separator, --ignore-number-signs.'
    : '';
  return { code: 'BAD_NUMBER', message: `${show(value)} is not a number.${hint}` };
}

/** Digits with at most one sign before and one point between, and no more than `wholeDigits` before the point. */
function isDecimal(bytes: Uint8Array, start: number, end: number, wholeDigits: number): boolean {
  const first = bytes[start] === DASH ? start + 1 : start;
  let at = first;
  while (at < end && isDigit(bytes[at])) at++;
  const whole = at - first;
  if (whole === 0 || whole > wholeDigits) return false;
  if (at === end) return true;
  if (bytes[at] !== DOT) return false;
  at++;
  while (at < end && isDigit(bytes[at])) at++;
  return at === end;
}

function isWhole(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === DOT) return false;
  return true;
}
