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
 * (Bulk API guide: numbers in results). A row whose place is not known or not its own, or whose source has changed, is
 * taken from its result.
 * @param parentColumn rows that share a parent are sent together; -1 for none
 */
export async function gatherRows(
  plan: LoadPlan,
  rows: AsyncIterable<ResultRow>,
  parentColumn: number,
): Promise<GatheredRow[]> {
  const delimiter = delimiterCharacters[plan.columnDelimiter];
  const gathered: GatheredRow[] = [];
  const shared = namesOfSeveral(plan);
  const wanted = new Map<string, ResultRow[]>();
  for await (const each of rows) {
    if (each.row === 0 || shared.has(each.file)) gathered.push(fromResult(each, delimiter, parentColumn));
    else
      wanted.set(placeKey(each.file, each.row), [...(wanted.get(placeKey(each.file, each.row)) ?? []), each]);
  }
  const lines =
    wanted.size === 0 ? new Map<string, GatheredRow>() : await linesAt(wanted, plan, parentColumn);
  for (const [place, results] of wanted) {
    const line = results.length === 1 ? lines.get(place) : undefined;
    if (line === undefined)
      gathered.push(...results.map((each) => fromResult(each, delimiter, parentColumn)));
    else gathered.push(line);
  }
  return gathered;
}

/** Names that tell no source apart: journals of version 1 may have several sources of one name. */
function namesOfSeveral({ sources }: LoadPlan): Set<string> {
  const names = sources.map(({ name }) => name);
  return new Set(names.filter((name, index) => names.indexOf(name) !== index));
}

/** The rows of the input at these places; undefined for a place that several rows have, which is nobody's then. */
async function linesAt(
  wanted: ReadonlyMap<string, unknown>,
  plan: LoadPlan,
  parentColumn: number,
): Promise<Map<string, GatheredRow | undefined>> {
  const lines = new Map<string, GatheredRow | undefined>();
  for (const part of plan.parts) {
    await sourceRowsOf(plan, part).scan((record, file, row) => {
      const place = placeKey(file, row);
      if (!wanted.has(place)) return;
      const isTaken = lines.has(place);
      const line = Buffer.from(record.bytes.subarray(record.start, record.end));
      const parent = parentColumn < 0 ? '' : cellText(record, parentColumn);
      lines.set(place, isTaken ? undefined : { line, file, row, parent });
    });
  }
  return lines;
}

function placeKey(file: string, row: number): string {
  return `${row}\t${file}`;
}

function fromResult({ cells, file, row }: ResultRow, delimiter: string, parentColumn: number): GatheredRow {
  const line = Buffer.from(cells.map((cell) => encodeCell(cell, delimiter)).join(delimiter));
  return { line, file, row, parent: cells[parentColumn] ?? '' };
}
