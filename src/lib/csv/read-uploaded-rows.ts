import { recordTexts } from './cells.js';
import { rowOf } from './read-rows.js';
import { RecordTokenizer, type CsvRecord } from './record-tokenizer.js';
import { streamWindows } from './stream-windows.js';

/** A row as it was uploaded: keyed by the header, or as text where it is no sound CSV or has too few or many values. */
export type UploadedRow = Record<string, string> | string;

/** Reads rows that the service gives back as they were uploaded, however they are written; the header is sound. */
export async function* readUploadedRows(
  csv: AsyncIterable<Uint8Array>,
  delimiter: string,
): AsyncGenerator<UploadedRow, void, undefined> {
  const tokenizer = new RecordTokenizer(delimiter);
  let columns: readonly string[] | undefined;
  for await (const window of streamWindows(csv)) {
    const { bytes, to, isEnd } = window;
    let at = window.from;
    while (at < to) {
      const next = tokenizer.next(bytes, at, { to, isEnd });
      if (next < 0) break;
      at = next;
      if (tokenizer.isBlankLine) continue;
      if (columns === undefined) columns = recordTexts(tokenizer);
      else yield uploadedRow(tokenizer, columns);
    }
    window.consumed = at;
  }
}

function uploadedRow(record: RecordTokenizer & CsvRecord, columns: readonly string[]): UploadedRow {
  const { bytes, start, end, count, fault } = record;
  if (fault !== undefined || count !== columns.length) return bytes.toString('utf8', start, end);
  return rowOf(columns, recordTexts(record));
}
