import { delimiterCharacters } from '../../api/types.js';
import { cellText } from '../../csv/cells.js';
import { encodeCell } from '../../csv/encode-cell.js';
import type { LoadPlan } from '../../run/record.js';
import { sourceRowsOf } from '../collect/source-rows.js';
import type { ResultRow } from './select-rows.js';

/** A row to send again: its line as it was sent, and what to sort it by. */
export type GatheredRow = {
  readonly line: Buffer;
  readonly parent: string;
  readonly file: string;
  readonly row: number;
};

/**
 * Finds the rows' own lines in the input, since results come back with their values written anew
 * (Bulk API guide: numbers in results). A row whose place is not known, or whose source has changed, is taken from its
 * result.
 * @param parentColumn rows that share a parent are sent together; -1 for none
 */
export async function gatherRows(
  plan: LoadPlan,
  rows: AsyncIterable<ResultRow>,
  parentColumn: number,
): Promise<GatheredRow[]> {
  const delimiter = delimiterCharacters[plan.columnDelimiter];
  const gathered: GatheredRow[] = [];
  const wanted = new Map<string, ResultRow>();
  for await (const each of rows) {
    if (each.row > 0) wanted.set(placeKey(each.file, each.row), each);
    else gathered.push(fromResult(each, delimiter, parentColumn));
  }
  for (const part of wanted.size === 0 ? [] : plan.parts) {
    await sourceRowsOf(plan, part).scan((record, file, row) => {
      if (!wanted.delete(placeKey(file, row))) return;
      const line = Buffer.from(record.bytes.subarray(record.start, record.end));
      gathered.push({ line, file, row, parent: parentColumn < 0 ? '' : cellText(record, parentColumn) });
    });
  }
  for (const each of wanted.values()) gathered.push(fromResult(each, delimiter, parentColumn));
  return gathered;
}

function placeKey(file: string, row: number): string {
  return `${row}\t${file}`;
}

function fromResult({ cells, file, row }: ResultRow, delimiter: string, parentColumn: number): GatheredRow {
  const line = Buffer.from(cells.map((cell) => encodeCell(cell, delimiter)).join(delimiter));
  return { line, file, row, parent: cells[parentColumn] ?? '' };
}
