import type { PartFile } from '../../files/part-file.js';
import { areSameColumns, cellsOf, headerLine, type Layout, type ResultSet } from '../model/result-sets.js';
import { FailedRowWriter } from './failed-row-writer.js';
import { matchRows, type MatchOptions, type PlaceOf } from './match-rows.js';
import { RecordReader, type VisitRecord } from '../../csv/record-reader.js';
import type { SourceLines } from './source-lines.js';
import type { SourceRows } from './source-rows.js';

/** Failed rows that are matched at once. More are matched group by group, in the same memory. */
const defaultGroupRows = 300_000;

export type FailedRowsOptions = {
  readonly layout: Layout;
  /** Without it, the rows get no places. */
  readonly source: SourceRows | undefined;
  readonly keyColumn: string | undefined;
  readonly groupRows?: number;
};

/**
 * Puts failed rows at the end of their file, each with its place in the input, and with the cells that were uploaded where
 * that place is known: what a retry sends, and what a person fixes.
 */
export async function appendFailedRows(
  file: PartFile,
  set: ResultSet,
  options: FailedRowsOptions,
): Promise<void> {
  const { layout, groupRows = defaultGroupRows } = options;
  if (file.offset === 0) await file.write(headerLine('failed', layout));
  const reader = await rowsAfter(0, set);
  const writer = new FailedRowWriter(set, layout);
  using lines = linesOf(options);
  for (let done = 0; done < set.rows; done += groupRows) {
    const count = Math.min(groupRows, set.rows - done);
    const placeOf = await placesOf({ from: done, count }, set, options);
    let index = 0;
    await reader.read(
      count,
      (record) => {
        const place = placeOf(index++);
        writer.put(record, place, place?.line && lines?.read(place.line));
      },
      () => file.write(writer.take()),
    );
  }
}

/** Undefined where the rows were uploaded with other columns than the file has. */
function linesOf({ source, layout }: FailedRowsOptions): SourceLines | undefined {
  return source !== undefined && areSameColumns(source.columns, layout.columns)
    ? source.openLines?.()
    : undefined;
}

async function placesOf(
  { from, count }: { readonly from: number; readonly count: number },
  set: ResultSet,
  { source, keyColumn }: FailedRowsOptions,
): Promise<PlaceOf> {
  if (source === undefined) return () => undefined;
  const read = async (visit: VisitRecord): Promise<void> => {
    const reader = await rowsAfter(from, set);
    await reader.read(count, visit);
  };
  return matchRows({ count, read }, { source, ...sharedColumns(set, source, keyColumn) });
}

/** Reads a result set from its row numbered `from`, counted from 0. */
async function rowsAfter(from: number, set: ResultSet): Promise<RecordReader> {
  const reader = new RecordReader(set.read(), set.delimiter);
  await reader.read(1 + from, () => undefined);
  return reader;
}

function sharedColumns(
  set: ResultSet,
  source: SourceRows,
  keyColumn: string | undefined,
): Pick<MatchOptions, 'content' | 'key'> {
  const inResult = cellsOf(set.header, source.columns);
  const content = inResult.flatMap((result, index) => (result < 0 ? [] : [{ result, source: index }]));
  if (keyColumn === undefined) return { content, key: undefined };
  const [keyCell] = cellsOf(source.columns, [keyColumn]);
  const key = content.find((column) => column.source === keyCell);
  return { content, key: key && { ...key, isId: keyColumn.toLowerCase() === 'id' } };
}
