import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { matchingFiles } from '../../../src/lib/files/matching-files.js';
import { tempFolder } from '../../support/temp-folder.ts';

async function folderWith(...names: string[]): Promise<string> {
  // A pattern is no pattern in the name of the folder.
  const folder = join(await tempFolder(), 'exports [1]');
  await mkdir(folder);
  await Promise.all(names.map((name) => writeFile(join(folder, name), '')));
  return folder;
}

test.each([
  ['a*.csv', ['a1.csv', 'a2.csv']],
  ['{a2,b}.csv', ['a2.csv', 'b.csv']],
  ['b.csv', ['b.csv']],
  ['gone.csv', ['gone.csv']],
  ['gone*.csv', []],
])('%s matches %j', async (name, matches) => {
  const folder = await folderWith('b.csv', 'a2.csv', 'a1.csv');
  expect(await matchingFiles(name, folder)).toEqual(matches);
});

test.each(['report[1].csv', 'what?.csv', '{a,b}.csv', 'x*.csv'])(
  'a file named %s is that file, whatever else its name would match',
  async (name) => {
    const folder = await folderWith(name, 'report1.csv', 'whats.csv', 'a.csv', 'b.csv', 'xy.csv');
    expect(await matchingFiles(name, folder)).toEqual([name]);
  },
);
