import { join } from 'node:path';
import { filePlace } from '../../files/output-place.js';
import { PartFile } from '../../files/part-file.js';
import { writeWhole } from '../../files/write-whole.js';
import { cellText, encodeCell } from '../../csv/cells.js';
import { ByteSink } from '../../output/byte-sink.js';
import { putBytes } from '../../output/put-cells.js';
import type { CopyObject } from '../../run/copy-record.js';
import { nameInSource } from '../match/by-name.js';
import { ownersInSource, withoutSuffix } from '../match/find-owners.js';
import { ExportedRecords } from '../source/exported-records.js';
import { FolderSelection } from './folder-selection.js';
import { fileNameOf, folderPlanName } from './folder-plan.js';
import type { CopyWork } from '../model/work.js';
import { exportFolder } from '../model/own-files.js';

/**
 * Brings the exported records into the folder that the plan names, a file for each object, and its plan. Owners and record
 * types have their names there, by which they are found wherever the folder is loaded. Can be repeated.
 */
export async function writeOutputFolder(work: CopyWork): Promise<void> {
  const { output, objects, owners: rule } = work.journal.plan;
  if (output === undefined) return;
  const { runId: id } = work;
  const owners = rule === undefined ? {} : await portableOwners(work);
  using selection = new FolderSelection(work);
  for (const object of objects) {
    const place = await filePlace(join(output.folder, fileNameOf(object.object)), { id });
    const outside = await writeWhole(await PartFile.open(place), (file) =>
      writeRecords(file, { work, object, owners, selection }),
    );
    await work.journal.append({ type: 'written', object: object.object, outside });
  }
  const place = await filePlace(join(output.folder, folderPlanName), { id });
  await writeWhole(await PartFile.open(place), (file) => file.write(Buffer.from(output.plan)));
}

/** Usernames are those of production: another sandbox has another suffix. */
async function portableOwners(work: CopyWork): Promise<Record<string, string>> {
  const { names, suffix } = await ownersInSource(work);
  return Object.fromEntries([...names].map(([id, name]) => [id, withoutSuffix(name, suffix)]));
}

type Writing = {
  readonly work: CopyWork;
  readonly object: CopyObject;
  readonly owners: Readonly<Record<string, string>>;
  readonly selection: FolderSelection;
};

/** @returns how many of the object's records do not belong to the copy */
async function writeRecords(file: PartFile, { work, object, owners, selection }: Writing): Promise<number> {
  const exported = await ExportedRecords.open(exportFolder(work, object.object));
  const named = object.lookups
    .filter(({ byName }) => byName !== undefined)
    .map((lookup) => ({ lookup, cell: exported.indexOf(lookup.field) }))
    .toSorted((a, b) => a.cell - b.cell);
  const out = new ByteSink();
  out.append(Buffer.from(`${exported.columns.join(',')}\n`));
  const flush = (): Promise<void> => out.drain(file);
  using selected = selection.begin(object, exported);
  let outside = 0;
  await exported.scan((record) => {
    if (!selected.takes(record)) {
      outside += 1;
      return;
    }
    let from = record.start;
    for (const { lookup, cell } of named) {
      putBytes(out, record, { from, to: record.starts[cell] ?? 0 });
      const name = nameInSource(object, owners, lookup, cellText(record, cell));
      out.append(Buffer.from(encodeCell(name, ',')));
      from = record.ends[cell] ?? 0;
    }
    putBytes(out, record, { from, to: record.end });
    out.append(newline);
  }, flush);
  await flush();
  await selected.finish();
  return outside;
}

const newline = Buffer.from('\n');
