import { chmod, lstat, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isTaken } from '../files/file-facts.js';
import type { OutputStamp, StreamPlace } from '../files/output-place.js';
import { renameFile, replaceFile, syncFolder } from '../files/replace-file.js';
import { manifestFileName } from '../output/dataset-manifest.js';
import type { FolderPlace } from '../run/export-plan.js';
import { OutputError, writingTo } from './sinks/errors.js';
import { fillFolder } from './fill-folder.js';
import type { ExportPlace } from './sinks/place.js';

/**
 * Gives a complete output its name. May be repeated after a kill at any point of it: see `publishAgain`.
 * @throws OutputError it can't take its name; it stays complete beside it
 */
export async function publish(place: ExportPlace): Promise<void> {
  if (place.kind === 'stream') return;
  await writingTo(place.path, () =>
    place.kind === 'file' ? replaceFile(place.partial, place.path) : publishFolder(place),
  );
}

/**
 * Repeats `publish`, or finds that it was done.
 * @param stamp what `stampOf` said before the first time; without it nothing is known to be the output
 * @returns false when neither the complete output nor anything under its name is there
 * @throws OutputError it can't take its name, or it is gone and what has its name is something else
 */
export async function publishAgain(place: ExportPlace, stamp: OutputStamp | undefined): Promise<boolean> {
  if (place.kind === 'stream') return true;
  if (await isTaken(place.partial)) {
    await publish(place);
    return true;
  }
  if (!(await isTaken(place.path))) return false;
  if (stamp === undefined || !isDeepStrictEqual(await stampAt(place.path, place.kind), stamp))
    throw foreign(place);
  return true;
}

/** What a complete output is known again by once it has its name; undefined for a stream. */
export async function stampOf(place: ExportPlace): Promise<OutputStamp | undefined> {
  return place.kind === 'stream' ? undefined : stampAt(place.partial, place.kind);
}

/** A folder is known by its manifest. Renaming keeps size and time, and so does what copies where nothing is renamed. */
async function stampAt(path: string, kind: 'file' | 'folder'): Promise<OutputStamp | undefined> {
  const found = await lstat(kind === 'file' ? path : join(path, manifestFileName)).catch(() => undefined);
  return found?.isFile() === true ? { bytes: found.size, mtimeMs: found.mtime.getTime() } : undefined;
}

async function publishFolder(place: FolderPlace): Promise<void> {
  const { path, partial, mode } = place;
  if (mode !== undefined) await chmod(partial, mode);
  try {
    // Windows renames nothing onto a folder; elsewhere an empty one is replaced at once, and no other.
    if (process.platform === 'win32') await rmdir(path).catch(() => undefined);
    await renameFile(partial, path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || (await isInTheWayOnWindows(path, code)))
      throw filled(place);
    if (code !== 'EXDEV' && code !== 'EBUSY') throw error;
    await copyInto(place);
  }
  await syncFolder(dirname(path));
}

/** Windows says of a folder that is there what it says of one that may not be written. */
async function isInTheWayOnWindows(path: string, code: string): Promise<boolean> {
  return process.platform === 'win32' && code === 'EPERM' && (await isTaken(path));
}

/** A folder that is mounted, as a container's is, stays where it is, and its files are copied in. May be repeated. */
async function copyInto(place: FolderPlace): Promise<void> {
  const { path, partial } = place;
  if (!(await fillFolder(partial, path))) throw filled(place);
  // First what tells that there is something to copy: without it, it is known that the copy is complete.
  await rm(join(partial, manifestFileName), { force: true });
  await rm(partial, { recursive: true });
}

function filled({ path, partial }: FolderPlace): OutputError {
  return new OutputError(
    `Could not write ${path}: it was filled meanwhile. The complete export is in ${partial}.`,
    {
      actions: [`Move ${path} elsewhere, then resume.`],
      data: { path, partial },
    },
  );
}

function foreign({ path, partial }: Exclude<ExportPlace, StreamPlace>): OutputError {
  return new OutputError(
    `${path} isn't the output of this export, or was changed since, and ${partial}, which had it, is gone.`,
    {
      actions: [`Move ${path} elsewhere, then resume: the records are fetched again.`],
      data: { path, partial },
    },
  );
}
