import { dirname, resolve } from 'node:path';
import { UsageError } from '../errors.js';
import { isFolder, isThere } from '../files/file-facts.js';
import { outputPlace, type FilePlace } from '../files/output-place.js';
import { requireWritableFolder } from '../files/writable-folder.js';

/**
 * Where the ids and old values of a change go. Nothing is there yet, so that it is a plain file.
 * @param id of the run, or anything else that no other writer has
 * @throws UsageError there is something at the path, which may be what another change is taken back with; or the folder
 *   is missing, or takes no files
 */
export async function undoPlace(path: string, id: string): Promise<FilePlace> {
  const data = { path };
  if (await isThere(path)) {
    throw new UsageError(`${path} already exists, and may be needed to undo another change.`, {
      actions: ['Name a file that is not there yet.'],
      data,
    });
  }
  const place = await outputPlace(resolve(path), { id });
  if (place.kind !== 'file') {
    throw new UsageError(
      `${path} isn't a file, and the old values would be gone once they were read from it.`,
    );
  }
  const folder = dirname(place.path);
  if (!(await isFolder(folder))) {
    const actions = [`Make the folder first: mkdir -p ${folder}`];
    throw new UsageError(`Can't write ${path}: there is no folder ${folder}.`, { actions, data });
  }
  await requireWritableFolder(folder, { id, actions: ['Name a file in another folder.'] });
  return place;
}
