import { isCellEmpty, recordTexts } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import { fileChunks } from '../../files/file-chunks.js';
import type { CopyObject } from '../../run/copy-record.js';

/**
 * Counts the values that an update at the end has filled, by lookup.
 * @param rowsPath the rows that were sent
 * @param marks by row, from 0: not 0 where it did not succeed; rows beyond all of them did
 */
export async function countFilled(
  { lookups }: Pick<CopyObject, 'lookups'>,
  rowsPath: string,
  marks: Uint8Array,
): Promise<Record<string, number>> {
  const filled: Record<string, number> = {};
  const reader = new RecordReader(fileChunks(rowsPath), ',');
  let cells: ReadonlyArray<readonly [field: string, cell: number]> = [];
  await reader.read(1, (record) => {
    const columns = recordTexts(record);
    cells = lookups.map(({ field }) => [field, columns.indexOf(field)]);
  });
  let row = 0;
  await reader.read(Infinity, (record) => {
    if ((marks[row++] ?? 0) !== 0) return;
    for (const [field, cell] of cells)
      if (!isCellEmpty(record, cell)) filled[field] = (filled[field] ?? 0) + 1;
  });
  return filled;
}
