import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Bulk2Error, UsageError } from '../../errors.js';
import { readTextFile } from '../../files/read-text.js';
import { isThere } from '../../files/file-facts.js';
import { outputPlace, type FilePlace } from '../../files/output-place.js';
import { PartFile } from '../../files/part-file.js';
import { cellText, encodeCell } from '../../csv/cells.js';
import { ByteSink } from '../../output/byte-sink.js';
import { putBytes } from '../../output/put-cells.js';
import type { CopyObject } from '../../run/copy-record.js';
import { nameInSource } from '../match/by-name.js';
import { ownersInSource } from '../match/find-owners.js';
import { withoutSuffix } from '../match/usernames.js';
import { ExportedRecords } from '../source/exported-records.js';
import { FolderSelection } from './folder-selection.js';
import type { CopyPlanFile, ObjectPlan } from '../plan/plan-file.js';
import { recordTypeKey } from '../plan/record-types.js';
import type { CopyWork } from '../model/work.js';
import { exportFolder } from '../model/own-files.js';

/** The plan in a folder of exported records. */
export const folderPlanName = 'copy-plan.yaml';

/**
 * The plan that loads a folder: what is left to say once the records have been selected.
 * @param names of the objects as the org spells them, as their files are named
 */
export function folderPlan({ missing, owners, objects }: CopyPlanFile, names: readonly string[]): string {
  const named = (given: string): string =>
    names.find((name) => name.toLowerCase() === given.toLowerCase()) ?? given;
  const plan = {
    version: 1,
    ...(missing === undefined ? {} : { missing }),
    ...(owners === undefined ? {} : { owners: { match: 'Username', ...owners } }),
    objects: objects.map((each) => inFolder({ ...each, object: named(each.object) })),
  };
  return stringify(plan, { lineWidth: 120 });
}

/** The plan that exports the records of such a folder: which record types they get is said by whoever loads them. */
export function exportPlan(plan: CopyPlanFile): CopyPlanFile {
  const objects = plan.objects.map(({ values = {}, ...object }) => {
    const others = Object.entries(values).filter(([name]) => name !== recordTypeKey);
    return { ...object, values: Object.fromEntries(others) };
  });
  return { ...plan, objects };
}

/** @throws UsageError the folder has another plan, which a person may have written */
export async function requireFolderFor(folder: string, plan: string): Promise<void> {
  const path = join(folder, folderPlanName);
  if (!(await isThere(path))) return;
  const there = await readTextFile(path);
  if (there === plan || there === plan.replace(nullMarkLines, '')) return;
  throw new UsageError(`${path} already exists, and isn't the plan of these records.`, {
    actions: ['Name another folder with --output-dir, or remove the file.'],
    data: { path },
  });
}

/**
 * Brings the exported records into the folder that the plan names, a file for each object, and its plan. Owners and record
 * types have their names there, by which they are found wherever the folder is loaded. Can be repeated.
 */
export async function writeOutputFolder(work: CopyWork): Promise<void> {
  const { output, objects, owners: rule } = work.journal.plan;
  if (output === undefined) return;
  const owners = rule === undefined ? {} : await portableOwners(work);
  using selection = new FolderSelection(work);
  for (const object of objects) {
    const file = await PartFile.open(
      await placeFor(join(output.folder, fileNameOf(object.object)), work.runId),
    );
    const outside = await writeRecords(file, { work, object, owners, selection });
    await file.commit();
    await work.journal.append({ type: 'written', object: object.object, outside });
  }
  const file = await PartFile.open(await placeFor(join(output.folder, folderPlanName), work.runId));
  await file.write(Buffer.from(output.plan));
  await file.commit();
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
  const selected = selection.begin(object, exported);
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

/** Plans that an older build wrote have none. */
const nullMarkLines = /^ +nullMark: hold\n/gm;

const newline = Buffer.from('\n');

async function placeFor(path: string, id: string): Promise<FilePlace> {
  const place = await outputPlace(path, { id });
  if (place.kind === 'file') return place;
  throw new Bulk2Error(`${path} isn't a file.`);
}

/** The file of an object's records in a folder. */
function fileNameOf(object: string): string {
  return `${object}.csv`;
}

/** The same of a folder that is there, whatever the case of the object's name; the plain one where there is none. */
export async function findFileOf(folder: string, object: string): Promise<string> {
  const wanted = fileNameOf(object);
  const names = await readdir(folder).catch((): string[] => []);
  const found = names.includes(wanted)
    ? wanted
    : names.find((name) => name.toLowerCase() === wanted.toLowerCase());
  return join(folder, found ?? wanted);
}

/** What is `#N/A` there is a text of the org, and no order to clear a field. */
function inFolder({ object, within, operation, key, set, values, lookups }: ObjectPlan) {
  const given = {
    within,
    operation,
    key: key?.length === 1 ? key[0] : key,
    set,
    values,
    lookups,
  };
  return { object, file: fileNameOf(object), nullMark: 'hold', ...given };
}
