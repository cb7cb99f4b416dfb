import { cellText } from '../../csv/cells.js';
import { idWords, writeId, writeIdIn } from '../../csv/record-id.js';
import { isThere } from '../../files/file-facts.js';
import { KeyMapWriter } from '../../files/key-map.js';
import type { CopyParentKey } from '../../run/copy-record.js';
import { ExportedRecords } from './exported-records.js';
import { hashKey, matchText } from '../../load/check/match-text.js';
import { numberedId } from '../model/numbered-ids.js';
import type { CopyWork } from '../model/work.js';
import { exportFolder, ownFile } from '../model/own-files.js';
import { FileRecords } from './file-records.js';

/**
 * Makes the map from the keys of an object's records to their ids in the source; a key that several of them have leads to
 * zeros.
 * @returns its path
 */
export async function parentKeyMap(work: CopyWork, key: CopyParentKey): Promise<string> {
  const path = ownFile(work, `by-${key.of}-${key.by}`);
  if (await isThere(path)) return path;
  const map = new KeyMapWriter(path);
  try {
    await addKeys(work, key, map);
    await map.finish();
    return path;
  } finally {
    map.close();
  }
}

async function addKeys(work: CopyWork, key: CopyParentKey, map: KeyMapWriter): Promise<void> {
  const { plan } = work.journal;
  const parent = plan.objects.find(({ object }) => object === key.of);
  const id = new Uint32Array(idWords);
  const add = (text: string): void => {
    if (matchText(text, key.compare) === '') return;
    map.add(hashKey(text, key.compare), id);
  };
  if (parent?.file === undefined) {
    const exported = await ExportedRecords.open(exportFolder(work, key.of));
    const [idCell, cell] = [exported.indexOf('Id'), exported.indexOf(key.by)];
    await exported.scan((record) => {
      if (writeIdIn(record, idCell, id)) add(cellText(record, cell));
    });
    return;
  }
  const { file, keyPrefix } = parent;
  const columnOf = (field: string): string =>
    Object.keys(file.columns).find((column) => file.columns[column] === field) ?? '';
  const { signal } = work.contexts.target;
  const records = await FileRecords.open(file, { spoolPath: ownFile(work, `file-by-${key.of}-`), signal });
  try {
    const [idColumn, column] = [columnOf('Id'), columnOf(key.by)];
    await records.scan((record, row) => {
      const text =
        file.isNumbered === true ? numberedId(keyPrefix, row) : cellText(record, records.cellOf(idColumn));
      if (writeId(text, id)) add(cellText(record, records.cellOf(column)));
    });
  } finally {
    await records.close();
  }
}
