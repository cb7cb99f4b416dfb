import { isDigit } from '../csv/bytes.js';
import { isCalendarDay, isClock } from './calendar.js';
import { afterBlanks, beforeBlanks, type ByteConversion, type ByteTarget } from './byte-conversion.js';
import { fullYear, partsOfPattern } from './date-pattern.js';

/** What was read of a value, in the order of a date and a time of day. */
export type DateNumbers = {
  year: number;
  month: number;
  day: number;
  hours: number;
  minutes: number;
  seconds: number;
  milliseconds: number;
};

type Field = keyof DateNumbers;
/** One part of a pattern: from `least` to `most` digits, or text that is itself, or blanks. All have the same shape. */
type Step = {
  readonly field: Field | undefined;
  readonly least: number;
  readonly most: number;
  readonly isShort: boolean;
  readonly literal: Uint8Array | undefined;
};

const fields: Readonly<Record<string, Step>> = {
  yyyy: digits('year', 4, 4),
  yy: { ...digits('year', 2, 2), isShort: true },
  MM: digits('month', 2, 2),
  M: digits('month', 1, 2),
  dd: digits('day', 2, 2),
  d: digits('day', 1, 2),
  HH: digits('hours', 2, 2),
  H: digits('hours', 1, 2),
  mm: digits('minutes', 2, 2),
  ss: digits('seconds', 2, 2),
  SSS: digits('milliseconds', 3, 3),
};

function digits(field: Field, least: number, most: number): Step {
  return { field, least, most, isShort: false, literal: undefined };
}

function text(literal: string): Step {
  const bytes = literal.startsWith(' ') ? undefined : Buffer.from(literal);
  return { field: undefined, least: 0, most: 0, isShort: false, literal: bytes };
}

/**
 * Reads dates of some patterns as `DatePattern.read` does, and has them written in the service's form. All is left to the
 * reading of text where one of the patterns has names of months, halves of days or offsets, and values are that several
 * patterns read differently.
 * @param write false where there is no such time
 */
export function dateBytes(
  patterns: readonly string[],
  write: (numbers: DateNumbers, to: ByteTarget) => boolean,
  { keepsIsoDays }: { readonly keepsIsoDays: boolean },
): ByteConversion | undefined {
  const compiled = patterns.map(stepsOf);
  const known = compiled.flatMap((steps) => (steps === undefined ? [] : [steps]));
  if (known.length === 0 || known.length < compiled.length) return undefined;
  const [numbers, others] = [noNumbers(), noNumbers()];
  return (from, start, end, to) => {
    const at = afterBlanks(from, start, end);
    const stretch = { bytes: from, start: at, end: beforeBlanks(from, at, end) };
    let isRead = false;
    for (const steps of known) {
      if (!read(steps, stretch, isRead ? others : numbers)) continue;
      if (isRead && !isSameTime(numbers, others)) return false;
      isRead = true;
    }
    if (isRead) return write(numbers, to);
    return keepsIsoDays && copyIsoDay(from, at, stretch.end, to);
  };
}

function noNumbers(): DateNumbers {
  return { year: 0, month: 0, day: 0, hours: 0, minutes: 0, seconds: 0, milliseconds: 0 };
}

function isSameTime(one: DateNumbers, other: DateNumbers): boolean {
  return (
    one.year === other.year &&
    one.month === other.month &&
    one.day === other.day &&
    one.hours === other.hours &&
    one.minutes === other.minutes &&
    one.seconds === other.seconds &&
    one.milliseconds === other.milliseconds
  );
}

/** Undefined for a pattern that bytes alone don't tell, or that could be read in several ways. */
function stepsOf(pattern: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  for (const part of partsOfPattern(pattern)) {
    const field = fields[part];
    const literal = /^[A-Za-z]/.test(part)
      ? undefined
      : part.startsWith("'")
        ? part.slice(1, -1) || "'"
        : part;
    if (field !== undefined) steps.push(field);
    else if (literal === undefined || /[^\x20-\x7e]/.test(literal)) return undefined;
    else {
      steps.push(...(literal.match(/ +|[^ ]+/g) ?? []).map(text));
    }
  }
  return steps.some((step, at) => isOpenEnded(step, steps[at + 1])) ? undefined : steps;
}

/** Whether digits may be followed by digits, so that it would have to be tried how many belong to which. */
function isOpenEnded({ least, most }: Step, next: Step | undefined): boolean {
  if (least === most || next === undefined) return false;
  return next.field !== undefined || (next.literal !== undefined && isDigit(next.literal[0]));
}

type Stretch = { readonly bytes: Uint8Array; readonly start: number; readonly end: number };

function read(steps: readonly Step[], { bytes, start, end }: Stretch, numbers: DateNumbers): boolean {
  numbers.hours = numbers.minutes = numbers.seconds = numbers.milliseconds = 0;
  let at = start;
  for (const { field, least, most, isShort, literal } of steps) {
    const from = at;
    if (field !== undefined) {
      let number = 0;
      for (; at < from + most && at < end; at++) {
        const digit = (bytes[at] ?? 0) - 0x30;
        if (digit < 0 || digit > 9) break;
        number = number * 10 + digit;
      }
      if (at - from < least) return false;
      numbers[field] = isShort ? fullYear(number) : number;
    } else if (literal === undefined) {
      at = afterBlanks(bytes, at, end);
      if (at === from) return false;
    } else {
      for (let index = 0; index < literal.length; index++, at++)
        if (at >= end || bytes[at] !== literal[index]) return false;
    }
  }
  const { year, month, day, hours, minutes, seconds } = numbers;
  return at === end && isCalendarDay(year, month, day) && isClock(hours, minutes, seconds);
}

const isoDay = [0, 0, 0, 0, 1, 0, 0, 1, 0, 0];

function copyIsoDay(bytes: Uint8Array, start: number, end: number, to: ByteTarget): boolean {
  if (end - start !== isoDay.length) return false;
  for (let index = 0; index < isoDay.length; index++) {
    const byte = bytes[start + index] ?? 0;
    if (isoDay[index] === 1 ? byte !== 0x2d : !isDigit(byte)) return false;
    to.bytes[to.length + index] = byte;
  }
  to.length += isoDay.length;
  return true;
}

/** Writes `yyyy-MM-dd`. */
export function writeDay({ year, month, day }: DateNumbers, to: ByteTarget): boolean {
  const { bytes, length } = to;
  writeTwo(bytes, length, Math.floor(year / 100));
  writeTwo(bytes, length + 2, year % 100);
  bytes[length + 4] = 0x2d;
  writeTwo(bytes, length + 5, month);
  bytes[length + 7] = 0x2d;
  writeTwo(bytes, length + 8, day);
  to.length = length + 10;
  return true;
}

function writeTwo(bytes: Uint8Array, at: number, number: number): void {
  const ones = number % 10;
  bytes[at] = 0x30 + (number - ones) / 10;
  bytes[at + 1] = 0x30 + ones;
}
