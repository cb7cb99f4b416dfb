import { cellText } from '../csv/cells.js';
import { idWords, writeId, writeIdIn } from '../csv/record-id.js';
import { isThere } from '../files/file-facts.js';
import { PartFile } from '../files/part-file.js';
import { RecordSorter } from '../files/record-sorter.js';
import type { CopyParentKey } from '../run/copy-record.js';
import { ExportedRecords } from './exported-records.js';
import { entryWords } from './id-map.js';
import { hashKey, matchText } from './match-key.js';
import { RecordGroups } from './record-groups.js';
import { numberedId } from './numbered-ids.js';
import { exportFolder, ownFile, type CopyWork } from './work.js';
import { FileRecords } from './file-records.js';

const shape = { words: entryWords, keyWords: idWords };

/**
 * Makes the map from the keys of an object's records to their ids in the source; a key that several of them have leads to
 * zeros.
 * @returns its path
 */
export async function parentKeyMap(work: CopyWork, key: CopyParentKey): Promise<string> {
  const path = ownFile(work, `by-${key.of}-${key.by}`);
  if (await isThere(path)) return path;
  const sorter = new RecordSorter({ path: `${path}.sort`, ...shape });
  try {
    await addKeys(work, key, sorter);
    const file = await PartFile.open(path);
    const groups = new RecordGroups(sorter.sorted(), shape);
    for (let group = groups.next(); group !== undefined; group = groups.next()) {
      const entry = group.slice(0, entryWords);
      if (group.length > entryWords) entry.fill(0, idWords);
      await file.write(Buffer.from(entry.buffer));
    }
    await file.commit();
    return path;
  } finally {
    sorter.close();
  }
}

async function addKeys(work: CopyWork, key: CopyParentKey, sorter: RecordSorter): Promise<void> {
  const { plan } = work.journal;
  const parent = plan.objects.find(({ object }) => object === key.of);
  const entry = new Uint32Array(entryWords);
  const id = new Uint32Array(idWords);
  const add = (text: string): void => {
    if (matchText(text, key.compare) === '') return;
    entry.set(hashKey(text, key.compare));
    entry.set(id, idWords);
    sorter.add(entry);
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
