import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { replaceFile } from '../../../src/lib/files/replace-file.js';
import { tempFolder } from '../../support/temp-folder.ts';

const refusals: string[] = [];

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const rename: typeof fs.rename = async (from, to) => {
    const code = refusals.pop();
    if (code !== undefined) throw Object.assign(new Error(code), { code });
    return fs.rename(from, to);
  };
  return { ...fs, rename };
});

test.each(['EXDEV', 'EBUSY'])(
  'where nothing can be renamed (%s), the content is copied into the file that is there',
  async (code) => {
    const folder = await tempFolder();
    const [complete, path] = [join(folder, 'out.csv.part'), join(folder, 'out.csv')];
    await writeFile(complete, 'new');
    await writeFile(path, 'old, and longer');
    refusals.push(code);
    await replaceFile(complete, path);
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['out.csv']);
  },
);

test('any other refusal leaves both as they were', async () => {
  const folder = await tempFolder();
  const [complete, path] = [join(folder, 'out.csv.part'), join(folder, 'out.csv')];
  await writeFile(complete, 'new');
  await writeFile(path, 'old');
  refusals.push('EACCES');
  await expect(replaceFile(complete, path)).rejects.toThrow('EACCES');
  expect((await readdir(folder)).sort()).toEqual(['out.csv', 'out.csv.part']);
  expect(await readFile(path, 'utf8')).toBe('old');
});
