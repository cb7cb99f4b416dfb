/** How a workbook counts days; `iso` where it writes dates as text. */
export type DayCount = '1900' | '1904' | 'iso';

export type DateOptions = {
  /** Whether a column holds days without a time. */
  readonly isDateColumn?: ((column: string) => boolean) | undefined;
  /** The type of the field that a column sets, as describe has it; undefined where it is not known. */
  readonly typeOf?: ((column: string) => string | undefined) | undefined;
  /** Gives the instant of a time of the sheet, which has no zone; both in milliseconds. Default: sheets are in UTC. */
  readonly instantOf?: ((localMs: number) => number | undefined) | undefined;
};

const dayMs = 86_400_000;
const dayZero = { '1900': Date.UTC(1899, 11, 30), '1904': Date.UTC(1904, 0, 1) } as const;

/**
 * A date of a sheet in the service's form, by what the field holds: a day, an instant or a time of day. Without a field, a
 * cell without a time is a day.
 */
export function sheetDateText(date: Date, column: string, days: DayCount, options: DateOptions): string {
  const { isDateColumn, typeOf, instantOf } = options;
  const ms = wholeSecond(date.getTime());
  const type = typeOf?.(column);
  if (isTimeOfDay(ms, days, type)) return new Date(ms).toISOString().slice('1899-12-30T'.length);
  if (days === '1900' && isPhantomDay(ms)) return '1900-02-29';
  const localMs = days === '1900' ? asShown(ms) : ms;
  const local = new Date(localMs).toISOString();
  if (isDateColumn?.(column) === true) return local.slice(0, 10);
  if (localMs % dayMs === 0 && type !== 'datetime') return local.slice(0, 10);
  const instant = instantOf === undefined ? localMs : instantOf(localMs);
  // A time that the zone's clock skips is told as one that cannot be read.
  return instant === undefined ? local.slice(0, 19).replace('T', ' ') : new Date(instant).toISOString();
}

/** A number below 1 has no day; where day 0 is one, only the field tells. */
function isTimeOfDay(ms: number, days: DayCount, type: string | undefined): boolean {
  if (days === 'iso' || (days === '1904' && type !== 'time')) return false;
  return ms >= dayZero[days] && ms < dayZero[days] + dayMs;
}

/** Excel takes 1900 for a leap year: day 60 is its 29 February, and those before are a day later than the count tells. */
function isPhantomDay(ms: number): boolean {
  return ms >= dayZero['1900'] + 60 * dayMs && ms < dayZero['1900'] + 61 * dayMs;
}

function asShown(ms: number): number {
  const isEarly = ms >= dayZero['1900'] + dayMs && ms < dayZero['1900'] + 60 * dayMs;
  return isEarly ? ms + dayMs : ms;
}

/** A time of a sheet is a fraction of a day, which misses a whole second by a millisecond at most. */
function wholeSecond(ms: number): number {
  const nearest = Math.round(ms / 1000) * 1000;
  return Math.abs(ms - nearest) <= 1 ? nearest : ms;
}
