import { copyFile, link, lstat, mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileSize, isTaken, hashOf } from '../files/file-facts.js';
import { renameFile, syncFolder } from '../files/replace-file.js';
import { manifestFileName } from '../output/dataset-manifest.js';

/**
 * Copies a complete output into a folder that is there and empty; last the manifest, which tells that all files are there.
 * May be repeated after a kill: files are copied aside, so that what has one of their names is whole, or somebody else's.
 * Nothing is replaced, and no link is followed.
 * @returns false when there is anything in the folder that is not the output's
 */
export async function fillFolder(complete: string, folder: string): Promise<boolean> {
  const own = await readdir(complete);
  // It is the first to go once everything is copied.
  if (!own.includes(manifestFileName) && (await isPlainFile(join(folder, manifestFileName)))) return true;
  // Has the run's id in its name.
  const aside = join(folder, basename(complete));
  const there = (await readdir(folder)).filter((name) => name !== basename(aside));
  for (const name of there)
    if (!own.includes(name) || !(await isSame(join(complete, name), join(folder, name)))) return false;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside);
  const missing = own.filter((name) => !there.includes(name) && name !== manifestFileName);
  if (!there.includes(manifestFileName)) missing.push(manifestFileName);
  try {
    for (const name of missing) {
      await copyWithTime(join(complete, name), join(aside, name));
      if (!(await giveName(join(aside, name), join(folder, name)))) return false;
    }
  } finally {
    await rm(aside, { recursive: true });
  }
  await syncFolder(folder);
  return true;
}

async function copyWithTime(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const { mtime } = await stat(from);
  await utimes(to, mtime, mtime);
}

/** @returns false when the name is taken */
async function giveName(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch {
    if (await isTaken(to)) return false;
    // Not all file systems have links.
    await renameFile(from, to);
  }
  return true;
}

async function isSame(one: string, other: string): Promise<boolean> {
  if (!(await isPlainFile(other)) || (await fileSize(one)) !== (await fileSize(other))) return false;
  return (await hashOf(one)) === (await hashOf(other));
}

async function isPlainFile(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() === true;
}
