import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/index.js';
import { tempFolder } from '../../support/temp-folder.ts';
import { addAccounts, openBulk } from '../bulk2/open-bulk.ts';

test('a file of old values that is there already is not overwritten, and nothing is changed', async () => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 1);
  const undoPath = join(await tempFolder(), 'undo.csv');
  await bulk.update('SELECT Id FROM Account', { Name: 'new' }, { undoPath });
  const saved = await readFile(undoPath, 'utf8');
  const again = bulk.update('SELECT Id FROM Account', { Name: 'newer' }, { undoPath });
  await expect(again).rejects.toThrow(UsageError);
  expect(await org.records('Account')).toMatchObject([{ Name: 'new' }]);
  expect(await readFile(undoPath, 'utf8')).toBe(saved);
});

test.each([
  ['a folder that is missing', (folder: string) => join(folder, 'no', 'undo.csv'), 'mkdir -p'],
  ['a folder that is a file', (folder: string) => join(folder, 'file', 'undo.csv'), 'mkdir -p'],
  ['a folder', (folder: string) => folder, 'not there yet'],
])('old values in %s are refused before anything is sent', async (_, pathIn, action) => {
  const { org, bulk } = await openBulk();
  addAccounts(org, 1);
  const folder = await tempFolder();
  await writeFile(join(folder, 'file'), '');
  await org.resetCounters();
  const undoPath = pathIn(folder);
  for (const dryRun of [true, false]) {
    const error: unknown = await bulk
      .update('SELECT Id FROM Account', { Name: 'new' }, { undoPath, dryRun })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toContain(undoPath);
    expect((error as UsageError).actions.join()).toContain(action);
  }
  expect((await org.counters()).requests).toEqual({});
  expect(await readdir(folder)).toEqual(['file']);
});
