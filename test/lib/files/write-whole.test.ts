import { mkdir, readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PartFile } from '../../../src/lib/files/part-file.js';
import { writeWhole } from '../../../src/lib/files/write-whole.js';
import { tempFolder } from '../../support/temp-folder.ts';

test('a file gets its name when it is written, and nothing is left of one that fails or can’t get it', async () => {
  const folder = await tempFolder();
  const path = join(folder, 'a.csv');
  const write = async (file: PartFile) => {
    await file.write(Buffer.from('a'));
    return 'done';
  };
  const failing = () => Promise.reject(new Error('enough'));
  await expect(writeWhole(await PartFile.open(path), failing)).rejects.toThrow('enough');
  expect(await readdir(folder)).toEqual([]);
  await mkdir(path);
  await expect(writeWhole(await PartFile.open(path), write)).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['a.csv']);
  await rmdir(path);
  expect(await writeWhole(await PartFile.open(path), write)).toBe('done');
  expect(await readFile(path, 'utf8')).toBe('a');
});
