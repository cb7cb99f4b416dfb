import type { CsvRecord } from '../../../../src/lib/csv/record-tokenizer.js';

/** A record as the scanner hands it over: raw cells, quotes included, somewhere inside a larger buffer. */
export function record(...cells: readonly string[]): CsvRecord {
  const prefix = 'before\n';
  const line = cells.join(',');
  const bytes = Buffer.from(`${prefix}${line}\nafter`);
  const starts: number[] = [];
  const ends: number[] = [];
  let at = prefix.length;
  for (const cell of cells) {
    starts.push(at);
    at += Buffer.byteLength(cell);
    ends.push(at);
    at++;
  }
  return {
    bytes,
    start: prefix.length,
    end: at - 1,
    count: cells.length,
    starts: Int32Array.from(starts),
    ends: Int32Array.from(ends),
  };
}
