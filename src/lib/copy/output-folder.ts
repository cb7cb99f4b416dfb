import { join } from 'node:path';
import { stringify } from 'yaml';
import { Bulk2Error, UsageError } from '../errors.js';
import { readTextFile } from '../files/read-text.js';
import { isThere } from '../files/file-facts.js';
import { outputPlace, type FilePlace } from '../files/output-place.js';
import { PartFile } from '../files/part-file.js';
import { ExportedRecords } from './exported-records.js';
import type { CopyPlanFile, ObjectPlan } from './plan-file.js';
import { recordTypeKey } from './record-types.js';
import { exportFolder, type CopyWork } from './work.js';
import { fileChunks } from '../files/file-chunks.js';

/** The plan in a folder of exported records. */
export const folderPlanName = 'copy-plan.yaml';

/** The plan that loads a folder: what is left to say once the records have been selected. */
export function folderPlan({ missing, objects }: CopyPlanFile): string {
  const plan = { version: 1, ...(missing === undefined ? {} : { missing }), objects: objects.map(inFolder) };
  return stringify(plan, { lineWidth: 120 });
}

/** @throws UsageError the folder has another plan, which a person may have written */
export async function requireFolderFor(folder: string, plan: string): Promise<void> {
  const path = join(folder, folderPlanName);
  if (!(await isThere(path)) || (await readTextFile(path)) === plan) return;
  throw new UsageError(`${path} already exists, and isn't the plan of these records.`, {
    actions: ['Name another folder with --output-dir, or remove the file.'],
    data: { path },
  });
}

/** Brings the exported records into the folder that the plan names, a file for each object, and its plan. Can be repeated. */
export async function writeOutputFolder(work: CopyWork): Promise<void> {
  const { output, objects } = work.journal.plan;
  if (output === undefined) return;
  for (const { object } of objects) {
    const file = await PartFile.open(await placeFor(join(output.folder, `${object}.csv`), work.runId));
    const exported = await ExportedRecords.open(exportFolder(work, object));
    await file.write(Buffer.from(`${exported.columns.join(',')}\n`));
    for (const { path, dataStart } of await exported.files()) {
      for await (const chunk of fileChunks(path, { start: dataStart })) await file.write(chunk);
    }
    await file.commit();
  }
  const file = await PartFile.open(await placeFor(join(output.folder, folderPlanName), work.runId));
  await file.write(Buffer.from(output.plan));
  await file.commit();
}

async function placeFor(path: string, id: string): Promise<FilePlace> {
  const place = await outputPlace(path, { id });
  if (place.kind === 'file') return place;
  throw new Bulk2Error(`${path} isn't a file.`);
}

function inFolder({ object, within, operation, key, set, values, lookups }: ObjectPlan) {
  const sent = Object.entries(values ?? {}).filter(([name]) => name !== recordTypeKey);
  const given = {
    within,
    operation,
    key: key?.length === 1 ? key[0] : key,
    set,
    values: sent.length === 0 ? undefined : Object.fromEntries(sent),
    lookups,
  };
  return { object, file: `${object}.csv`, ...given };
}
