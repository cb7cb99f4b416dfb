import { isDigit, twoDigits } from '../../csv/bytes.js';
import { isCalendarDay, isClock } from '../../formats/calendar.js';
import { show, type CellFault, type CellRule } from './rules.js';

/** Years that the service stores (SOAP API guide: Primitive Data Types, dateTime). */
const firstYear = 1700;
const lastYear = 4000;

/**
 * `yyyy-MM-dd` (Bulk API guide: Prepare CSV Files, Valid Date Format). A time after the day is let through: the
 * service's own exports have it, and whether a date field takes it is for the org to say.
 */
export const dateRule: CellRule = {
  passes: (bytes, start, end) => end - start === 10 && isDay(bytes, start),
  fault: (value) => faultOf(value, 'BAD_DATE', 'a date such as 2026-01-31'),
};

/** `yyyy-MM-ddTHH:mm:ss[.SSS]` with `Z` or an offset. A day alone and a missing zone are let through. */
export const dateTimeRule: CellRule = {
  passes: isDateTime,
  fault: (value) => faultOf(value, 'BAD_DATETIME', 'a time such as 2026-01-31T08:00:00Z'),
};

/** `HH:mm:ss.SSSZ`; seconds, fraction and zone may be missing. */
export const timeRule: CellRule = {
  passes: () => false,
  fault: (value) => {
    const [, hours = '', minutes = '', seconds = '0'] = clock.exec(value) ?? [];
    if (hours !== '' && isClock(Number(hours), Number(minutes), Number(seconds))) return undefined;
    return { code: 'BAD_TIME', message: `${show(value)} is not a time of day such as 08:00:00.000Z.` };
  },
};

const clock = /^(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?Z?$/i;
const dateTime =
  /^(\d{4})-(\d\d)-(\d\d)(?:Z|[+-]\d\d:?\d\d|T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/i;

/** Such as 31.12.2026 or 12/31/26: a date, and not in the service's form. */
const dateOfPeople = /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b/;

/** As databases write times. */
const zoneless = /^\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d(?:[.,]\d+)?)?$/;

function faultOf(value: string, code: 'BAD_DATE' | 'BAD_DATETIME', wanted: string): CellFault | undefined {
  const match = dateTime.exec(value);
  if (match === null) {
    const hint =
      code === 'BAD_DATETIME' && zoneless.test(value)
        ? ' Say which time zone it is in, as in --time-zone Europe/Berlin.'
        : dateOfPeople.test(value)
          ? ' Say how dates are written, as in --date-format dd.MM.yyyy.'
          : '';
    return { code, message: `${show(value)} is not ${wanted}.${hint}` };
  }
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  if (year < firstYear || year > lastYear) {
    return { code, message: `${show(value)} is outside the years ${firstYear} to ${lastYear}.` };
  }
  if (isCalendarDay(year, month, day) && isClock(hours, minutes, seconds)) return undefined;
  return { code, message: `${show(value)} does not exist.` };
}

function isDay(bytes: Uint8Array, start: number): boolean {
  const century = twoDigits(bytes, start);
  const yearOfCentury = twoDigits(bytes, start + 2);
  const year = century * 100 + yearOfCentury;
  return (
    yearOfCentury >= 0 &&
    year >= firstYear &&
    year <= lastYear &&
    bytes[start + 4] === DASH &&
    bytes[start + 7] === DASH &&
    isCalendarDay(year, twoDigits(bytes, start + 5), twoDigits(bytes, start + 8))
  );
}

const DASH = 0x2d;
const COLON = 0x3a;
const DOT = 0x2e;
const PLUS = 0x2b;
const T = 0x54;
const Z = 0x5a;

function isDateTime(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 20 || bytes[start + 10] !== T || !isDay(bytes, start)) return false;
  if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return false;
  const seconds = twoDigits(bytes, start + 17);
  if (!isClock(twoDigits(bytes, start + 11), twoDigits(bytes, start + 14), seconds)) return false;
  let at = start + 19;
  if (bytes[at] === DOT) {
    at++;
    if (!isDigit(bytes[at])) return false;
    while (at < end && isDigit(bytes[at])) at++;
  }
  return isZone(bytes, at, end);
}

function isZone(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] === Z) return end - at === 1;
  if (bytes[at] !== PLUS && bytes[at] !== DASH) return false;
  const minutesAt = bytes[at + 3] === COLON ? at + 4 : at + 3;
  return end === minutesAt + 2 && twoDigits(bytes, at + 1) >= 0 && twoDigits(bytes, minutesAt) >= 0;
}
