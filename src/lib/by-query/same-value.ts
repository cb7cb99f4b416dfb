/** Whether a field has the value that it was set to; the org trims text and writes times in its own form. */
export function sameValue(stored: unknown, sent: unknown): boolean {
  if (isEmpty(stored) || isEmpty(sent)) return isEmpty(stored) && isEmpty(sent);
  const [one, other] = [asText(stored), asText(sent)];
  return one === other || isSameTime(one, other);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

function asText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : `${value as string | number | boolean}`.trim();
}

const time = /^\d{4}-\d\d-\d\dT/;

function isSameTime(one: string, other: string): boolean {
  return time.test(one) && time.test(other) && Date.parse(one) === Date.parse(other);
}
