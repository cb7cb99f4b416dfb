import type { RecordCells } from '../../../../src/lib/ingest/check/cell.js';

/** A record as the scanner hands it over: raw cells, quotes included, somewhere inside a larger buffer. */
export function record(...cells: readonly string[]): RecordCells {
  const prefix = 'before\n';
  const bytes = Buffer.from(`${prefix}${cells.join(',')}\nafter`);
  const starts: number[] = [];
  const ends: number[] = [];
  let at = prefix.length;
  for (const cell of cells) {
    starts.push(at);
    ends.push(at + Buffer.byteLength(cell));
    at = (ends.at(-1) ?? 0) + 1;
  }
  return { bytes, count: cells.length, starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
}
