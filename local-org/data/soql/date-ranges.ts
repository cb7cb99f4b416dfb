/** Days from `start` to before `end`, each `yyyy-MM-dd` in GMT, the local org's time zone. */
export type DayRange = { readonly start: string; readonly end: string };

type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

const singular: Readonly<Record<string, readonly [unit: Unit, offset: number]>> = {
  YESTERDAY: ['DAY', -1],
  TODAY: ['DAY', 0],
  TOMORROW: ['DAY', 1],
  LAST_WEEK: ['WEEK', -1],
  THIS_WEEK: ['WEEK', 0],
  NEXT_WEEK: ['WEEK', 1],
  LAST_MONTH: ['MONTH', -1],
  THIS_MONTH: ['MONTH', 0],
  NEXT_MONTH: ['MONTH', 1],
  LAST_QUARTER: ['QUARTER', -1],
  THIS_QUARTER: ['QUARTER', 0],
  NEXT_QUARTER: ['QUARTER', 1],
  LAST_YEAR: ['YEAR', -1],
  THIS_YEAR: ['YEAR', 0],
  NEXT_YEAR: ['YEAR', 1],
};
const counted = /^(LAST|NEXT)_N_(DAY|WEEK|MONTH|QUARTER|YEAR)S$/;
const ago = /^N_(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO$/;
const ninetyDays = 90;

export function needsCount(name: string): boolean {
  const plain = withoutFiscal(name);
  return counted.test(plain) || ago.test(plain);
}

/** `THIS_QUARTER` for `THIS_FISCAL_QUARTER`: the org's fiscal year is the calendar year, as it is by default. */
function withoutFiscal(name: string): string {
  return name.replace(/FISCAL_(?=QUARTER|YEAR)/, '');
}

export function isDateRange(name: string): boolean {
  return (
    withoutFiscal(name) in singular || name === 'LAST_90_DAYS' || name === 'NEXT_90_DAYS' || needsCount(name)
  );
}

/** The first day of the unit that is `offset` units away from today. */
function startOf(unit: Unit, offset: number, today: Date): Date {
  const year = today.getUTCFullYear();
  const month = today.getUTCMonth();
  const day = today.getUTCDate();
  switch (unit) {
    case 'DAY':
      return new Date(Date.UTC(year, month, day + offset));
    case 'WEEK':
      return new Date(Date.UTC(year, month, day - today.getUTCDay() + 7 * offset));
    case 'MONTH':
      return new Date(Date.UTC(year, month + offset, 1));
    case 'QUARTER':
      return new Date(Date.UTC(year, month - (month % 3) + 3 * offset, 1));
    case 'YEAR':
      return new Date(Date.UTC(year + offset, 0, 1));
  }
}

function range(unit: Unit, [from, to]: readonly [number, number], today: Date): DayRange {
  const day = (offset: number): string => startOf(unit, offset, today).toISOString().slice(0, 10);
  return { start: day(from), end: day(to) };
}

/** The days that a literal such as `LAST_N_DAYS:3` stands for (SOQL reference: Date Formats and Date Literals). */
export function dateRange(literal: string, count: number, today: Date): DayRange {
  const name = withoutFiscal(literal);
  const single = singular[name];
  if (single !== undefined) return range(single[0], [single[1], single[1] + 1], today);
  if (name === 'LAST_90_DAYS') return range('DAY', [-ninetyDays, 1], today);
  if (name === 'NEXT_90_DAYS') return range('DAY', [1, ninetyDays + 1], today);
  const [, direction, unit = 'DAY'] = counted.exec(name) ?? [];
  if (direction === 'NEXT') return range(unit as Unit, [1, count + 1], today);
  // The last n days include today; the last n weeks, months, quarters and years end before the present one.
  if (direction === 'LAST') return range(unit as Unit, [-count, unit === 'DAY' ? 1 : 0], today);
  const [, unitAgo = 'DAY'] = ago.exec(name) ?? [];
  return range(unitAgo as Unit, [-count, 1 - count], today);
}
