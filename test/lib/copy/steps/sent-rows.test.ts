import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cellText } from '../../../../src/lib/csv/cells.js';
import { idWords, readLongId, writeId } from '../../../../src/lib/csv/record-id.js';
import { readSentRows } from '../../../../src/lib/copy/steps/sent-rows.js';
import { Bulk2Error } from '../../../../src/lib/errors.js';
import { id } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

/** The rows that are visited, each with the id beside it. */
async function read(rows: number, ids: number): Promise<string[]> {
  const folder = await tempFolder();
  const paths = { rowsPath: join(folder, 'rows.csv'), idsPath: join(folder, 'ids') };
  const names = Array.from({ length: rows }, (_, row) => `R ${row}`);
  await writeFile(paths.rowsPath, ['Name', ...names, ''].join('\n'));
  const words = new Uint32Array(ids * idWords);
  for (let at = 0; at < ids; at++) writeId(id('001', at), words, at * idWords);
  await writeFile(paths.idsPath, new Uint8Array(words.buffer));
  const found: string[] = [];
  await readSentRows(paths, (record, key) => found.push(`${cellText(record, 0)} ${readLongId(key)}`));
  return found;
}

test('rows that were sent are read with the ids of their records', async () => {
  expect(await read(0, 0)).toEqual([]);
  const found = await read(8_200, 8_200);
  expect(found).toHaveLength(8_200);
  for (const row of [0, 8_191, 8_192, 8_199]) expect(found[row]).toContain(`R ${row} ${id('001', row)}`);
});

test.each([
  [3, 2],
  [2, 3],
])('%i rows and %i ids are refused', async (rows, ids) => {
  const failure = await failureOf(read(rows, ids));
  expect(failure).toBeInstanceOf(Bulk2Error);
  expect(failure.message).toContain("don't belong together");
});
