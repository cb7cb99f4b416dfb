const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether the calendar has such a day; the month counts from 1. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (monthDays[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

/** Whether a clock of 24 hours shows such a time. */
export function isClock(hours: number, minutes: number, seconds: number): boolean {
  return hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 60;
}

/** Milliseconds since 1970 of a time in UTC. `Date.UTC` takes the years 0 to 99 for those of the last century. */
export function utcMs(
  [year, month, day]: readonly [number, number, number],
  [hours, minutes, seconds, milliseconds]: readonly [number, number, number, number],
): number {
  return (
    new Date(0).setUTCFullYear(year, month - 1, day) +
    ((hours * 60 + minutes) * 60 + seconds) * 1000 +
    milliseconds
  );
}
