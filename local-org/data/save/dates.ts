const dateForm = /^(\d{4})-(\d\d)-(\d\d)$/;
const dateTimeForm = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)$/;
const timeForm = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,3}))?Z?$/;

const daysByMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Reckoned rather than left to `Date`, which takes 31 February and costs more than the rest of a row. */
function isCalendarDay(text: string): boolean {
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8, 10));
  const isLeapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && isLeapYear ? 29 : (daysByMonth[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

/** `yyyy-MM-dd` and an existing day, or undefined. */
export function parseDate(text: string): string | undefined {
  return dateForm.test(text) && isCalendarDay(text) ? text : undefined;
}

/** ISO text in UTC, cut to milliseconds; undefined unless it is `yyyy-MM-ddTHH:mm:ss[.SSS]` with `Z` or an offset. */
export function parseDateTime(text: string): string | undefined {
  const match = dateTimeForm.exec(text);
  if (match === null || !isCalendarDay(text.slice(0, 10))) return undefined;
  const [, , , , , , , fraction = '', zone = 'Z'] = match;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const milliseconds = Date.parse(`${text.slice(0, 19)}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`);
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds).toISOString();
}

/** `HH:mm:ss.SSSZ`, or undefined. */
export function parseTime(text: string): string | undefined {
  const match = timeForm.exec(text);
  if (match === null) return undefined;
  const [, hours = '', minutes = '', seconds = '', fraction = ''] = match;
  return `${hours}:${minutes}:${seconds}.${fraction.padEnd(3, '0')}Z`;
}
