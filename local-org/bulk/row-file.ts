import { open } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QueryColumn, Value } from '../contracts.ts';
import type { Dialect } from '../csv/dialect.ts';
import { RecordEnds } from '../csv/record-ends.ts';
import { quotedLine } from '../csv/write.ts';
import type { Quirks } from '../options.ts';
import type { QueryResults } from './job.ts';
import { exportValue } from './result-values.ts';
import { readRange } from './segments.ts';

const indexRows = 500;

type Export = {
  readonly path: string;
  readonly columns: readonly QueryColumn[];
  /** Where each column's value is in a row. */
  readonly order: readonly number[];
  readonly rows: Iterable<readonly Value[]>;
  readonly dialect: Dialect;
  readonly quirks: Quirks;
};

/** Writes the rows of a query to a file, so that any page of them can be read again at any time. */
export async function writeRows({
  path,
  columns,
  order,
  rows,
  dialect,
  quirks,
}: Export): Promise<QueryResults> {
  const file = await open(path, 'w');
  const offsets = [0];
  let lines: string[] = [];
  let count = 0;
  const flush = async (): Promise<void> => {
    const content = Buffer.from(lines.join(''));
    await file.writeFile(content);
    offsets.push(offsets.at(-1)! + content.length);
    lines = [];
    await nextTurn();
  };
  try {
    for (const row of rows) {
      lines.push(
        quotedLine(
          order.map((index) => exportValue(row[index] ?? null, columns[index]?.field, quirks)),
          dialect,
        ),
      );
      count += 1;
      if (lines.length === indexRows) await flush();
    }
    if (lines.length > 0) await flush();
  } finally {
    await file.close();
  }
  return {
    rows: count,
    header: Buffer.from(
      quotedLine(
        order.map((index) => columns[index]?.path ?? ''),
        dialect,
      ),
    ),
    bytes: offsets.at(-1)!,
    offset: (row) => offsets[Math.ceil(row / indexRows)] ?? offsets.at(-1)!,
    read: (from, to) => readRows({ path, offsets }, from, to),
  };
}

type RowIndex = { readonly path: string; readonly offsets: readonly number[] };

/** Rows `from` to `to`: whole runs of the index, less what of the first and the last is not wanted. */
async function* readRows({ path, offsets }: RowIndex, from: number, to: number): AsyncGenerator<Buffer> {
  if (from >= to) return;
  const firstRun = Math.floor(from / indexRows);
  const lastRun = Math.ceil(to / indexRows);
  const ends = new RecordEnds();
  let skip = from - firstRun * indexRows;
  let left = to - from;
  for await (const chunk of readRange(path, offsets[firstRun]!, offsets[lastRun] ?? offsets.at(-1)!)) {
    const found = ends.scan(chunk);
    const start = skip === 0 ? 0 : (found[skip - 1] ?? chunk.length);
    yield chunk.subarray(start, found[skip + left - 1]);
    left -= Math.max(0, found.length - skip);
    skip = Math.max(0, skip - found.length);
    if (left <= 0) return;
  }
}
