import { isSalesforceId, longId } from '../../api/identifiers.js';

/**
 * Brings a value that was uploaded and the same value as the service writes it into results to one text. Results
 * are re-serialised: doubles come back in Java notation (`912260031` as `9.12260031E8`), datetimes cut to
 * milliseconds and in UTC (Bulk API guide: Get Job Successful Record Results), ids with 18 characters.
 *
 * Different values may meet in one text (`007` and `7`); whoever matches by it must expect several hits.
 */
export function canonicalValue(text: string): string {
  if (text === '' || text === '#N/A') return '';
  if (isLongId(text)) return text.slice(0, 15);
  const code = text.charCodeAt(0);
  if (code > 57) return text.length > 5 ? text : canonicalBoolean(text);
  return instant(text) ?? timeOfDay(text) ?? double(text) ?? text;
}

function canonicalBoolean(text: string): string {
  const folded = text.toLowerCase();
  return folded === 'true' || folded === 'false' ? folded : text;
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
/** A double keeps 15 digits of any whole number; longer ones are names (tracking numbers, card numbers). */
const longWholeNumber = /^[+-]?\d{16,}$/;

function double(text: string): string | undefined {
  if (!decimal.test(text) || longWholeNumber.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? String(value === 0 ? 0 : value) : undefined;
}

const dateTime = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))?$/;

/** Dates alone count as midnight in UTC, which is how a datetime field takes them. `Date.parse` cuts to milliseconds. */
function instant(text: string): string | undefined {
  if (text[4] !== '-' || !dateTime.test(text) || !isDay(text)) return undefined;
  const epochMs = Date.parse(text);
  return Number.isNaN(epochMs) ? undefined : `@${epochMs}`;
}

/** `Date.parse` takes the 30th of February for a day of March. */
function isDay(text: string): boolean {
  const day = Number(text.slice(8, 10));
  if (day <= 28) return true;
  const [year, month] = [Number(text.slice(0, 4)), Number(text.slice(5, 7))];
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

const time = /^(\d\d:\d\d:\d\d)(?:\.(\d+))?Z?$/;

/** Times of day have milliseconds and a `Z` in answers of the service, and need neither when they are uploaded. */
function timeOfDay(text: string): string | undefined {
  const [, seconds, fraction = ''] = (text[2] === ':' ? time.exec(text) : null) ?? [];
  return seconds === undefined ? undefined : `${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}`;
}

/** Whether a text is a record id with its three check characters. */
export function isLongId(text: string): boolean {
  return text.length === 18 && isSalesforceId(text) && longId(text.slice(0, 15)) === text;
}

/** 1 for each byte that numbers, dates and times are made of. */
const inNumberOrTime = new Uint8Array(256);
for (const byte of Buffer.from('0123456789+-.:eETZ')) inNumberOrTime[byte] = 1;

/** Whether bytes can be a number, a date or a time: spares most texts a closer look. */
export function looksTyped(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (inNumberOrTime[bytes[at] ?? 0] === 0) return false;
  return true;
}
