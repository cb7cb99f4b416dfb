import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { TempFolder } from '../../../src/lib/run/temp-folder.js';
import { nodeTs } from '../../support/node-ts.ts';
import { needing } from '../../support/systems.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const worker = new URL('temp-folder-worker.isolated.ts', import.meta.url);

/** The folder of a process that ended, and did nothing else, in a folder for temporary files. */
async function folderOfWorker(root: string): Promise<string> {
  return dirname((await nodeTs(worker, root).output).trim());
}

/** The folder of a process that waits, and what ends the process. */
async function waitingWorker(root: string) {
  const { child, output } = nodeTs(worker, root, 'wait');
  const [path] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await output;
  };
  return { folder: dirname(String(path).trim()), end };
}

test('is its owner’s alone, and gone with its files when it is removed', async () => {
  const folder = await TempFolder.make();
  const path = folder.pathOf('page');
  await writeFile(path, 'x');
  expect(statSync(dirname(path)).mode & 0o77).toBe(0);
  await folder.remove();
  expect(existsSync(dirname(path))).toBe(false);
});

test('a process that ends takes its folders along', async () => {
  const root = await tempFolder();
  expect(await folderOfWorker(root)).toContain(root);
  expect(await readdir(root)).toEqual([]);
});

needing('signals').each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
  'what a process leaves behind that %s has ended goes when another one makes a folder',
  async (signal) => {
    const root = await tempFolder();
    const killed = await waitingWorker(root);
    const alive = await waitingWorker(root);
    await killed.end(signal);
    expect(existsSync(killed.folder)).toBe(true);
    await folderOfWorker(root);
    expect([existsSync(killed.folder), existsSync(alive.folder)]).toEqual([false, true]);
  },
);

needing('symlinks')('folders of others stay, and what a link leads to', async () => {
  const root = await tempFolder();
  const target = await tempFolder();
  const dead = JSON.stringify({ host: 'elsewhere', pid: 1, platform: process.platform });
  await writeFile(join(target, '.owner'), dead);
  await symlink(target, join(root, 'bulk2-link'));
  await mkdir(join(root, 'bulk2-mine'));
  await mkdir(join(root, 'bulk2-elsewhere'));
  await writeFile(join(root, 'bulk2-elsewhere', '.owner'), dead);
  await folderOfWorker(root);
  expect((await readdir(root)).sort()).toEqual(['bulk2-elsewhere', 'bulk2-link', 'bulk2-mine']);
  expect(await readdir(target)).toEqual(['.owner']);
});
