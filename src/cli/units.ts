/** `1,234,567`; the formats of `toLocaleString` take longer to load than a page of records to fetch. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `95.3 MB`, in decimal units as the service counts. */
export function formatBytes(bytes: number): string {
  const { size, unit, digits } = byteUnit(bytes);
  return `${(bytes / size).toFixed(digits)} ${unit}`;
}

/** `0.4 of 95.3 MB`: both in the unit of the total. */
export function formatBytesOf(bytes: number, total: number): string {
  const { size, digits } = byteUnit(total);
  return `${(bytes / size).toFixed(digits)} of ${formatBytes(total)}`;
}

/** A unit ends where rounding would write 1000.0 of it. */
function byteUnit(bytes: number): { readonly size: number; readonly unit: string; readonly digits: number } {
  if (bytes < 1_000) return { size: 1, unit: bytes === 1 ? 'byte' : 'bytes', digits: 0 };
  if (bytes < 999_950) return { size: 1_000, unit: 'kB', digits: 1 };
  if (bytes < 999_950_000) return { size: 1_000_000, unit: 'MB', digits: 1 };
  return { size: 1_000_000_000, unit: 'GB', digits: 2 };
}

/** `1 row`, `2 rows` */
export function formatRows(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'row' : 'rows'}`;
}

/** `0.8 s`, `3 min 20 s`, `2 h 5 min` */
export function formatElapsed(elapsedMs: number): string {
  if (elapsedMs < 59_950) return `${(elapsedMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(elapsedMs / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 job`, `2 jobs` */
export function formatJobs(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'job' : 'jobs'}`;
}

/** `1 object`, `2 objects` */
export function formatObjects(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'object' : 'objects'}`;
}

/** `1 record`, `1,234 records` */
export function formatRecords(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'record' : 'records'}`;
}

/** `2026-01-31 08:00:05 UTC`, the same for readers anywhere. What is no time is shown as it is. */
export function formatTime(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The same to the minute, for a column whose title says that it is UTC: `2026-01-31 08:00`. */
export function formatMinute(text: string): string {
  return formatTime(text).replace(/:\d\d UTC$/, '');
}

const unitsMs = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The time that a span before now names: `90m`, `24h`, `7d`. Undefined for what is no span. */
export function timeOfSpan(text: string, now = Date.now()): Date | undefined {
  const [, count, unit] = /^(\d{1,7})([mhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return new Date(now - Number(count) * unitsMs[unit as keyof typeof unitsMs]);
}

/** `1 API request`, `12 API requests` */
export function formatRequests(count: number): string {
  return `${formatCount(count)} API ${count === 1 ? 'request' : 'requests'}`;
}

/** `1,234 rows/s, 8 API requests`; `0.4 rows/s` of few; no rate of none. */
export function formatPace(
  { elapsedMs, apiRequests }: { readonly elapsedMs: number; readonly apiRequests: number },
  rows: number,
  unit: 'row' | 'record' = 'row',
): string {
  const rate = (rows * 1000) / Math.max(1, elapsedMs);
  const count = rate < 0.95 ? Math.max(0.1, rate).toFixed(1) : formatCount(Math.round(rate));
  const perSecond = rows === 0 ? [] : [`${count} ${unit}${count === '1' ? '' : 's'}/s`];
  return [...perSecond, formatRequests(apiRequests)].join(', ');
}
