import { UsageError } from '../errors.js';
import { isCalendarDay, isClock } from './calendar.js';

/** A day and a time of day as they were written; `offset` as `Z` or `+01:00`. */
export type DateParts = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly milliseconds: number;
  readonly offset: string | undefined;
};

/** Reads dates of one form. */
export type DatePattern = {
  readonly text: string;
  /** Whether a time that is written so tells its zone. */
  readonly hasOffset: boolean;
  /** Undefined when the text is of another form, or the day or time does not exist. */
  readonly read: (text: string) => DateParts | undefined;
};

const letters: Readonly<Record<string, string>> = {
  yyyy: '(?<year>\\d{4})',
  yy: '(?<shortYear>\\d{2})',
  MMM: '(?<monthName>[A-Za-z]{3})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  dd: '(?<day>\\d{2})',
  d: '(?<day>\\d{1,2})',
  HH: '(?<hours>\\d{2})',
  H: '(?<hours>\\d{1,2})',
  hh: '(?<hours12>\\d{2})',
  h: '(?<hours12>\\d{1,2})',
  mm: '(?<minutes>\\d{2})',
  ss: '(?<seconds>\\d{2})',
  SSS: '(?<milliseconds>\\d{3})',
  a: '(?<half>[AaPp][Mm])',
  XXX: '(?<offset>[Zz]|[+-]\\d{2}:?\\d{2})',
};

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Compiles a pattern of the letters that spreadsheets and Java use: `yyyy`, `yy` (1950 to 2049), `MM`, `M`, `MMM`
 * (English), `dd`, `d`, `HH`, `H`, `hh` and `h` with `a`, `mm`, `ss`, `SSS`, `XXX` (an offset), and text in apostrophes.
 * @throws UsageError a letter has no meaning, or the pattern has no year, month or day
 */
export function datePattern(pattern: string): DatePattern {
  const source = partsOfPattern(pattern)
    .map((part) => sourceOf(part, pattern))
    .join('');
  const form = compiled(source, pattern);
  for (const [name, part] of [
    ['year', /<(?:year|shortYear)>/],
    ['month', /<month/],
    ['day', /<day>/],
  ] as const) {
    if (!part.test(source)) throw unusable(pattern, `has no ${name}`);
  }
  if (source.includes('<hours12>') !== source.includes('<half>'))
    throw unusable(pattern, 'needs h and a together');
  return {
    text: pattern,
    hasOffset: source.includes('<offset>'),
    read: (text) => partsOf(form.exec(text)?.groups),
  };
}

/** Letters that mean something, and text between them. */
export function partsOfPattern(pattern: string): readonly string[] {
  return pattern.match(/'[^']*'|([A-Za-z])\1*|[^A-Za-z']+/g) ?? [];
}

function sourceOf(part: string, pattern: string): string {
  if (/^[A-Za-z]/.test(part)) {
    const source = letters[part];
    if (source === undefined) throw unusable(pattern, `has "${part}", which has no meaning`);
    return source;
  }
  const literal = part.startsWith("'") ? part.slice(1, -1) || "'" : part;
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replace(/\s+/g, '\\s+');
}

function compiled(source: string, pattern: string): RegExp {
  try {
    return new RegExp(`^${source}$`);
  } catch {
    throw unusable(pattern, 'has one part twice');
  }
}

function unusable(pattern: string, why: string): UsageError {
  return new UsageError(`The date format "${pattern}" ${why}.`, {
    actions: [
      'Write it as dd.MM.yyyy, M/d/yyyy or yyyy-MM-dd HH:mm:ss: years with y, months with M, days with d, hours with H,' +
        ' minutes with m.',
    ],
  });
}

function partsOf(groups: Readonly<Record<string, string | undefined>> | undefined): DateParts | undefined {
  if (groups === undefined) return undefined;
  const number = (name: string): number => Number(groups[name] ?? 0);
  const parts = {
    year: groups.year === undefined ? fullYear(number('shortYear')) : number('year'),
    month:
      groups.monthName === undefined ? number('month') : months.indexOf(groups.monthName.toLowerCase()) + 1,
    day: number('day'),
    hours: groups.half === undefined ? number('hours') : hoursOf(number('hours12'), groups.half),
    minutes: number('minutes'),
    seconds: number('seconds'),
    milliseconds: number('milliseconds'),
    offset: groups.offset,
  };
  const { year, month, day, hours, minutes, seconds } = parts;
  return isCalendarDay(year, month, day) && isClock(hours, minutes, seconds) ? parts : undefined;
}

/** Of a year of two digits. */
export function fullYear(short: number): number {
  return short < 50 ? 2000 + short : 1900 + short;
}

/** 12 am is midnight, 12 pm is noon; NaN for what is no hour. */
function hoursOf(hours12: number, half: string): number {
  if (hours12 < 1 || hours12 > 12) return Number.NaN;
  return (hours12 % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}
