import { UsageError } from '../errors.js';
import type { ByteConversion, ByteTarget } from './byte-conversion.js';
import { isCalendarDay, isClock, utcMs } from './calendar.js';
import { dateBytes, writeDay, type DateNumbers } from './date-bytes.js';
import { datePattern, type DateParts, type DatePattern } from './date-pattern.js';
import { TimeZone } from './time-zone.js';

/** What the service takes as it is, whatever else the values are. */
const isoForm = /^\d{4}-\d\d-\d\d(?:T.+)?$/;

/** The same without a zone; between day and time may be a blank, as databases write it. */
const zonelessForm = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?$/;

/** Reads the dates or times of a column, as its forms say. */
export class DateReading {
  /** What the values should be; completes "it is not …". */
  readonly wanted: string;
  /** The value as the service takes it; undefined for what fits no form, or several that differ. */
  readonly read: (text: string) => string | undefined;
  /** The same with bytes. */
  readonly bytes: ByteConversion | undefined;
  readonly #patterns: readonly DatePattern[];
  readonly #textOf: (parts: DateParts) => string | undefined;
  /** Of times that are written as the service does, but for their zone. */
  readonly #zone: TimeZone | undefined;
  /** A pattern that reads what looks like the service's form, and otherwise, leaves no room for that. */
  readonly #takesIso: boolean;

  /** @throws UsageError a pattern or the time zone cannot be used, or times have no zone */
  constructor(type: 'date' | 'datetime', forms: readonly string[], timeZone: string | undefined) {
    this.#patterns = forms.map(datePattern);
    const zone = type === 'datetime' ? zoneFor(this.#patterns, timeZone) : undefined;
    this.#zone = zone;
    this.#textOf = type === 'date' ? dayText : (parts) => instantText(parts, zone);
    this.#takesIso = !this.#patterns.some(readsIsoOtherwise);
    const inZone = timeZone === undefined || type === 'date' ? '' : ` in ${timeZone}`;
    this.wanted = `a valid date of the form ${forms.length === 0 ? isoExample : forms.join(' or ')}${inZone}`;
    this.read = remembering((text) => this.#convert(text.trim()));
    const write =
      type === 'date' ? writeDay : (numbers: DateNumbers, to: ByteTarget) => writeInstant(numbers, zone, to);
    this.bytes = dateBytes(forms, write, { keepsIsoDays: this.#takesIso && zone === undefined });
  }

  /** What a value can be that the forms read differently; completes "it can be …". */
  readonly readingsOf = (text: string): string | undefined => {
    const readings = this.#readings(text.trim());
    if (readings.size < 2) return undefined;
    const each = [...readings].map(([day, form]) => `${day ?? 'no time that exists'} (${form})`);
    return each.join(' or ');
  };

  #convert(text: string): string | undefined {
    const readings = this.#readings(text);
    const [reading] = readings.keys();
    if (readings.size > 0) return readings.size === 1 ? reading : undefined;
    return this.#takesIso ? this.#convertIso(text) : undefined;
  }

  /** What the patterns make of a text, with the first that does so. */
  #readings(text: string): ReadonlyMap<string | undefined, string> {
    const readings = new Map<string | undefined, string>();
    for (const pattern of this.#patterns) {
      const parts = pattern.read(text);
      if (parts === undefined) continue;
      const reading = this.#textOf(parts);
      if (!readings.has(reading)) readings.set(reading, pattern.text);
    }
    return readings;
  }

  #convertIso(text: string): string | undefined {
    const groups = this.#zone === undefined ? null : zonelessForm.exec(text);
    if (groups === null) return isoForm.test(text) ? text : undefined;
    const parts = isoParts(groups);
    return parts === undefined ? undefined : this.#textOf(parts);
  }
}

const isoExample = 'yyyy-MM-dd HH:mm:ss';

/** A day whose month could be its day, and is not. */
const probe = '2026-01-02';

function readsIsoOtherwise(pattern: DatePattern): boolean {
  const parts = pattern.read(probe);
  return parts !== undefined && dayText(parts) !== probe;
}

function isoParts(groups: RegExpExecArray): DateParts | undefined {
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = groups
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0));
  if (!isCalendarDay(year, month, day) || !isClock(hours, minutes, seconds)) return undefined;
  const milliseconds = Number((groups[7] ?? '').padEnd(3, '0').slice(0, 3));
  return { year, month, day, hours, minutes, seconds, milliseconds, offset: undefined };
}

const mostRemembered = 10_000;

/** Days repeat, as other values do not. */
function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let result = known.get(text);
    if (result === undefined) {
      if (known.size >= mostRemembered) known.clear();
      known.set(text, (result = read(text)));
    }
    return result;
  };
}

function zoneFor(patterns: readonly DatePattern[], name: string | undefined): TimeZone | undefined {
  if (name !== undefined) return new TimeZone(name);
  const zoneless = patterns.find(({ hasOffset }) => !hasOffset);
  if (zoneless === undefined) return undefined;
  throw new UsageError(`Which time zone are the times of the form ${zoneless.text} in?`, {
    actions: ['Name it with --time-zone, such as Europe/Berlin, America/New_York or UTC.'],
  });
}

function dayText({ year, month, day }: DateParts): string {
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

/** Undefined for a time that the zone's clock skips, and for one outside of the years that have four digits. */
function instantText(parts: DateParts, zone: TimeZone | undefined): string | undefined {
  const { year, month, day, hours, minutes, seconds, milliseconds, offset } = parts;
  const localMs = utcMs([year, month, day], [hours, minutes, seconds, milliseconds]);
  const instant = offset === undefined ? zone?.instantOf(localMs) : localMs - offsetMs(offset);
  const text = instant === undefined ? undefined : new Date(instant).toISOString();
  return text?.length === instantLength ? text : undefined;
}

const instantLength = '2026-01-31T00:00:00.000Z'.length;

/** @returns false for a time that the zone's clock skips */
function writeInstant(numbers: DateNumbers, zone: TimeZone | undefined, to: ByteTarget): boolean {
  const text = instantText({ ...numbers, offset: undefined }, zone);
  if (text === undefined) return false;
  for (let index = 0; index < text.length; index++) to.bytes[to.length++] = text.charCodeAt(index);
  return true;
}

/** `Z`, `+01:00` or `+0100` in milliseconds. */
function offsetMs(offset: string): number {
  if (offset.length === 1) return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function padded(number: number, length: number): string {
  return String(number).padStart(length, '0');
}
