/** How the service is told to empty a field (Bulk API guide: Prepare CSV Files). */
const NULL_MARK = Buffer.from('#N/A');

/** Whether the bytes are `#N/A`. */
export function isNullMark(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== NULL_MARK.length) return false;
  for (let at = 0; at < NULL_MARK.length; at++) if (bytes[start + at] !== NULL_MARK[at]) return false;
  return true;
}
