/** The part of a scanned record that the checks read: where each cell's raw bytes are, quotes included. */
export type RecordCells = {
  readonly bytes: Buffer;
  readonly count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
};

export const QUOTE = 0x22;

/** How the service is told to empty a field (Bulk API guide: Prepare CSV Files). */
const NULL_MARK = Buffer.from('#N/A');

/** Whether the bytes are `#N/A`. */
export function isNullMark(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== NULL_MARK.length || bytes[start] !== NULL_MARK[0]) return false;
  for (let at = 1; at < NULL_MARK.length; at++) if (bytes[start + at] !== NULL_MARK[at]) return false;
  return true;
}

/** The value between `start` and `end`, which are inside the quotes when the cell has them. */
export function textOf(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('""') && isInQuotes(bytes, start, end) ? text.replaceAll('""', '"') : text;
}

function isInQuotes(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start - 1] === QUOTE && bytes[end] === QUOTE;
}
