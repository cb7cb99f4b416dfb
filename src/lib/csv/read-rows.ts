import { recordTexts } from './cells.js';
import { RecordReader } from './record-reader.js';

/** Rows made at a time: enough to be fast, few enough to weigh nothing. */
const batchRows = 200;

/** Reads results in CSV as objects keyed by their header; values are text. Stops reading when the caller stops. */
export async function* readRows(
  csv: AsyncIterable<Buffer>,
  delimiter: string,
): AsyncGenerator<Record<string, string>, void, undefined> {
  const chunks = csv[Symbol.asyncIterator]();
  const reader = new RecordReader({ [Symbol.asyncIterator]: () => chunks }, delimiter);
  try {
    let columns: readonly string[] = [];
    await reader.read(1, (record) => {
      columns = recordTexts(record);
    });
    for (let rows = batchRows; rows === batchRows;) {
      const batch: Array<Record<string, string>> = [];
      rows = await reader.read(batchRows, (record) => batch.push(rowOf(columns, recordTexts(record))));
      yield* batch;
    }
  } finally {
    await chunks.return?.();
  }
}

export function rowOf(columns: readonly string[], values: readonly string[]): Record<string, string> {
  const row: Record<string, string> = {};
  for (const [index, column] of columns.entries()) row[column] = values[index] ?? '';
  return row;
}
