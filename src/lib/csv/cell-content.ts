import type { CsvRecord } from './record-tokenizer.js';

const QUOTE = 0x22;

/** Offset of the first byte of a cell's value, after its opening quote if it has one. */
export function contentStart({ bytes, starts, ends }: CsvRecord, cell: number): number {
  const start = starts[cell] ?? 0;
  return bytes[start] === QUOTE && start !== ends[cell] ? start + 1 : start;
}

/** Offset past the last byte of a cell's value, before its closing quote if it has one. */
export function contentEnd({ bytes, starts, ends }: CsvRecord, cell: number): number {
  const start = starts[cell] ?? 0;
  const end = ends[cell] ?? 0;
  return bytes[start] === QUOTE && start !== end ? end - 1 : end;
}
