import { recordTexts } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import { isThere } from '../../files/file-facts.js';
import { fileChunks } from '../../files/file-chunks.js';
import { placeReader } from '../../load/collect/places.js';
import { sentMarks, type SentMark } from '../model/copy-maps.js';

/** What is known of rows that did not succeed. */
export type SentMarks = {
  /** By row of what was sent, from 0: an index of `sentMarks`. */
  readonly marks: Uint8Array;
  /** How many rows are marked. */
  readonly count: number;
};

/** Reads from the result files of a load which of its rows did not succeed. */
export async function readSentMarks(
  files: Readonly<Record<SentMark, string | null>> | undefined,
  rows: number,
): Promise<SentMarks> {
  const areAny = (files?.failed ?? files?.unprocessed ?? null) !== null;
  const marks = new Uint8Array(areAny ? rows : 0);
  let count = 0;
  for (const [index, mark] of sentMarks.entries()) {
    const path = mark === undefined ? null : (files?.[mark] ?? null);
    if (path === null || !(await isThere(path))) continue;
    const reader = new RecordReader(fileChunks(path), ',');
    let header: readonly string[] = [];
    await reader.read(1, (record) => {
      header = recordTexts(record);
    });
    const { placeOf } = placeReader(header);
    await reader.read(Infinity, (record) => {
      const { row } = placeOf(record);
      if (!(row > 0 && row <= rows) || marks[row - 1] !== 0) return;
      marks[row - 1] = index;
      count += 1;
    });
  }
  return { marks, count };
}
