import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasSavedRow } from '../../../../src/lib/copy/retry/saved-rows.js';
import { tempFolder } from '../../../support/temp-folder.ts';

const saved = '"sf__Id","sf__Created",Name,NumberOfEmployees\n001A,true,Ada,1\n001B,true,Bob,2\n';

test.each([
  ['has the row of a saved record', 'sf__Error,Name,NumberOfEmployees\nX,Cyd,3\nX,Bob,2\n', true],
  ['has it in a spreadsheet’s form', 'sf__Error;NumberOfEmployees;Name\r\nX;2;"Bob"\r\n', true],
  ['has other rows', 'sf__Error,Name,NumberOfEmployees\nX,Bob,3\nX,Bob,4\nX,Bob,4\n', false],
  ['lacks a column that was saved', 'sf__Error,Name\nX,Bob\n', false],
])('a file that %s is told from others', async (_, text, expected) => {
  const folder = await tempFolder();
  const [path, success] = [join(folder, 'failed.csv'), join(folder, 'success.csv')];
  await writeFile(path, text);
  await writeFile(success, saved);
  expect(await hasSavedRow(path, [join(folder, 'gone.csv'), success], join(folder, 'temp'))).toBe(expected);
});
