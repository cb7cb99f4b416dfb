import { chmod, mkdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import {
  makeOutputFolder,
  makePrivateFolder,
  makePrivateFolderSync,
} from '../../../src/lib/files/folders.js';
import { tempFolder } from '../../support/temp-folder.ts';
import { needing } from '../../support/systems.ts';

const umask = process.umask(0o022);
process.umask(umask);
afterEach(() => void process.umask(umask));

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

/** A path in a folder that is not there yet, under this umask. */
async function pathUnder(mask: number): Promise<string> {
  const path = join(await tempFolder(), 'above', 'it');
  process.umask(mask);
  return path;
}

needing('/proc').each([
  ['outputs', makeOutputFolder],
  ['state', makePrivateFolder],
  ['code', makePrivateFolderSync],
])(
  'a folder for %s where none can be made is an error, and no endless search for its parent',
  async (_, make) => {
    await expect(Promise.resolve('/proc/no-such-folder/results').then(make)).rejects.toThrow('ENOENT');
  },
);

needing('modes').each([0, 0o002, 0o022, 0o077])(
  'state is its owner’s alone with the umask %o',
  async (mask) => {
    const path = await pathUnder(mask);
    await makePrivateFolder(path);
    expect(await modeOf(path)).toBe(0o700);
    expect(await modeOf(join(path, '..'))).toBe(0o700);
  },
);

needing('modes')('a folder for state that others may read becomes its owner’s', async () => {
  const path = await pathUnder(0);
  await mkdir(path, { recursive: true });
  await makePrivateFolder(path);
  expect(await modeOf(path)).toBe(0o700);
});

needing('modes').each([
  [0, 0o755],
  [0o002, 0o755],
  [0o022, 0o755],
  [0o077, 0o700],
])('with the umask %o a folder for outputs has the mode %o', async (mask, mode) => {
  const path = await pathUnder(mask);
  makeOutputFolder(path);
  expect(await modeOf(path)).toBe(mode);
});

needing('modes')('a folder for outputs that is there keeps its mode', async () => {
  const path = await pathUnder(0);
  await mkdir(path, { recursive: true });
  await chmod(path, 0o775);
  makeOutputFolder(path);
  expect(await modeOf(path)).toBe(0o775);
});

needing('modes')('code is kept in no folder that is a link', async () => {
  const path = await pathUnder(0);
  expect(makePrivateFolderSync(path)).toBe(true);
  expect(await modeOf(path)).toBe(0o700);
  await symlink(path, `${path}-link`);
  expect(makePrivateFolderSync(`${path}-link`)).toBe(false);
});
