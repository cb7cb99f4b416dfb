import type { CsvRecord } from '../../csv/record-tokenizer.js';

const QUOTE = 0x22;

/** The value of a cell, without its quotes; empty when the record has no such cell. */
export function cellText(record: CsvRecord, cell: number): string {
  if (cell >= record.count) return '';
  const start = record.starts[cell] ?? 0;
  const end = record.ends[cell] ?? 0;
  if (end - start < 2 || record.bytes[start] !== QUOTE) return record.bytes.toString('utf8', start, end);
  const text = record.bytes.toString('utf8', start + 1, end - 1);
  return text.includes('"') ? text.replaceAll('""', '"') : text;
}

export function cellTexts(record: CsvRecord): string[] {
  return Array.from({ length: record.count }, (_, cell) => cellText(record, cell));
}

/** A value as a cell, in quotes where it needs them. */
export function toCell(text: string, delimiter: string): string {
  const plain = !text.includes('"') && !text.includes(delimiter) && !/[\r\n]/.test(text);
  return plain ? text : quotedCell(text);
}

export function quotedCell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
