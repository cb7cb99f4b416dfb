import { open, readdir, readlink, type FileHandle } from 'node:fs/promises';
import { devNull } from 'node:os';

/** What every open file inherits from, to spy on. */
export async function fileHandlePrototype(): Promise<FileHandle> {
  const file = await open(devNull);
  await file.close();
  return Object.getPrototypeOf(file) as FileHandle;
}

/** The files that this process has open, where the system tells. */
export async function openFiles(): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd').catch(() => []);
  return Promise.all(descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
}
