import { recordTexts } from '../../csv/cells.js';
import { detectDialect, dialectSampleBytes } from '../../csv/dialect.js';
import { RecordReader } from '../../csv/record-reader.js';
import { fileChunks } from '../../files/file-chunks.js';
import { isThere } from '../../files/file-facts.js';
import { firstBytes } from '../../files/first-bytes.js';
import { RecordGroups } from '../../files/record-groups.js';
import { RecordSorter } from '../../files/record-sorter.js';
import { ContentHash } from '../../load/collect/row-hash.js';
import { cellsOf } from '../../load/model/result-sets.js';
import { isOwnColumn } from '../../load/plan/own-columns.js';

/** A hash of values, and whether it is of a saved row. */
const shape = { words: 3, keyWords: 2 };
const isSavedAt = 2;

/**
 * Whether a file has a row with the values of one that was saved, in constant memory. A file of saved rows that is gone, or has columns
 * that the other one doesn't have, tells nothing.
 * @param saved files of successful rows
 * @param tempPath of a temporary file
 */
export async function hasSavedRow(
  path: string,
  saved: readonly string[],
  tempPath: string,
): Promise<boolean> {
  const own = await headOf(path);
  for (const file of saved) {
    if (!(await isThere(file))) continue;
    const other = await headOf(file);
    const names = other.header.filter((name) => !isOwnColumn(name));
    const cells = cellsOf(own.header, names);
    if (names.length === 0 || cells.includes(-1)) continue;
    if (await haveEqualRow(own, other, { names, tempPath })) return true;
  }
  return false;
}

async function haveEqualRow(
  one: Head,
  saved: Head,
  { names, tempPath }: { readonly names: readonly string[]; readonly tempPath: string },
): Promise<boolean> {
  const sorter = new RecordSorter({ path: tempPath, ...shape });
  const entry = new Uint32Array(shape.words);
  const add = async ({ path, header, delimiter, start }: Head, isSaved: number): Promise<void> => {
    const reader = new RecordReader(fileChunks(path, { start }), delimiter);
    await reader.read(1, () => undefined);
    const hash = new ContentHash(cellsOf(header, names).map((cell) => ({ result: cell, source: cell })));
    await reader.read(Number.POSITIVE_INFINITY, (record) => {
      const { high, low } = hash.read(record, 'result');
      entry.set([high, low, isSaved]);
      sorter.add(entry);
    });
  };
  try {
    await add(one, 0);
    await add(saved, 1);
    for (const group of new RecordGroups(sorter.sorted(), shape)) {
      // Records of one key keep their order.
      if (group[isSavedAt] === 0 && group.at(-1) === 1) return true;
    }
    return false;
  } finally {
    sorter.close();
  }
}

type Head = {
  readonly path: string;
  readonly header: readonly string[];
  readonly delimiter: string;
  readonly start: number;
};

/** A spreadsheet may have saved it. */
async function headOf(path: string): Promise<Head> {
  const sample = await firstBytes(path, dialectSampleBytes);
  const isWholeFile = sample.length < dialectSampleBytes;
  const { delimiter, headerStart: start } = detectDialect(sample, { isWholeFile });
  let header: string[] = [];
  await new RecordReader(only(sample.subarray(start)), delimiter).read(1, (record) => {
    header = recordTexts(record);
  });
  return { path, header, delimiter, start };
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}
