import type { Readable } from 'node:stream';
import { flattenRecord } from './flatten-record.js';
import type { InputRecord } from './input-record.js';
import { readNdjson } from './ndjson-in.js';
import { readableOnly } from './unreadable-record.js';

/** What messages call the records of a program. */
export const recordsName = 'records';

/**
 * A record as a line of a temporary file: its cells by column, text or null. A Date is in a list, since whether it
 * becomes a day or an instant depends on a field that has not been looked up yet.
 *
 * @param row the record's number, from 1
 * @throws InputError a value that no cell can hold
 */
export function storedRecord(record: InputRecord, row: number): string {
  const dates = new Set<string>();
  const isDateColumn = (column: string): boolean => {
    dates.add(column);
    return false;
  };
  const cells: Record<string, string | null | [string]> = {};
  flattenRecord(record, { place: { file: recordsName, row }, isDateColumn }, (column, text) => {
    cells[column] = text !== undefined && dates.has(column) ? [text] : (text ?? null);
  });
  return `${JSON.stringify(cells)}\n`;
}

/** Records as the lines of a temporary file. @throws InputError a value that no cell can hold */
export async function* storedRecords(records: AsyncIterable<InputRecord>): AsyncGenerator<Buffer> {
  let row = 0;
  for await (const record of records) yield Buffer.from(storedRecord(record, (row += 1)));
}

/** Reads records back that were written with `storedRecord`, Dates included. */
export async function* readStoredRecords(bytes: Readable): AsyncGenerator<InputRecord> {
  for await (const cells of readableOnly(readNdjson(bytes, recordsName))) {
    yield Object.fromEntries(
      Object.entries(cells).map(([column, cell]) => [
        column,
        Array.isArray(cell) ? new Date(cell[0] as string) : cell,
      ]),
    );
  }
}
