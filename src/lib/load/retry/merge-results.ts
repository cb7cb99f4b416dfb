import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { CsvPage } from '../../csv/page.js';
import { encodeCell } from '../../csv/encode-cell.js';
import { readRecords } from '../../csv/records.js';
import { PartFile } from '../../files/part-file.js';
import type { PerResultFile } from '../collect/request.js';
import { isSelected, type RowSelection } from './select-rows.js';

/**
 * Brings the results of rows that were sent again into the files of the load they belong to: what succeeded now is
 * added to the successes, and each row that was sent again stands in one file only, by its latest result.
 */
export async function mergeResults(
  load: PerResultFile<string>,
  again: PerResultFile<string>,
  { selection, newline }: { readonly selection: RowSelection; readonly newline: string },
): Promise<void> {
  const merged = [
    await write(load.success, [dataLines(load.success, true), dataLines(again.success, false)]),
    await write(load.failed, [
      failedNotSelected(load.failed, selection, newline),
      dataLines(again.failed, false),
    ]),
    await write(load.unprocessed, [dataLines(again.unprocessed, true)]),
  ];
  // Named only when all three are written, so that nothing but a crash between two renames parts them.
  for (const file of merged) await file.commit();
  for (const path of Object.values(again)) await rm(path, { force: true });
}

async function write(path: string, contents: ReadonlyArray<AsyncIterable<Buffer>>): Promise<PartFile> {
  const file = await PartFile.open(path);
  try {
    for (const content of contents) for await (const chunk of content) await file.write(chunk);
    await file.sync();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* dataLines(path: string, withHeader: boolean): AsyncGenerator<Buffer> {
  const page = new CsvPage({ skipHeader: !withHeader });
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const bytes = page.push(chunk);
    if (bytes !== undefined) yield bytes;
  }
}

async function* failedNotSelected(
  path: string,
  selection: RowSelection,
  newline: string,
): AsyncGenerator<Buffer> {
  const { delimiter } = selection;
  let isHeader = true;
  for await (const record of readRecords(createReadStream(path), { delimiter })) {
    if (isHeader || !isSelected(record[1] ?? '', selection)) {
      yield Buffer.from(`${record.map((cell) => encodeCell(cell, delimiter)).join(delimiter)}${newline}`);
    }
    isHeader = false;
  }
}
