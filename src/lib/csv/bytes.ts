export const QUOTE = 0x22;
export const HASH = 0x23;

/** Whether a byte is `0` to `9`. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** The number that two digits make, or -1 when either is no digit. */
export function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/** How the service is told to empty a field (Bulk API guide: Prepare CSV Files). */
const NULL_MARK = Buffer.from('#N/A');

/** Whether the bytes are `#N/A`. */
export function isNullMark(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== NULL_MARK.length) return false;
  for (let at = 0; at < NULL_MARK.length; at++) if (bytes[start + at] !== NULL_MARK[at]) return false;
  return true;
}
