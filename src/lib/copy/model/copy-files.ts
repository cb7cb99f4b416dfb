import { join } from 'node:path';
import { isThere } from '../../files/file-facts.js';
import type { CopyPlan } from '../../run/copy-record.js';

/** Files that a copy adds to the results of its loads, of each object. */
export function copyFilesOf(
  { resultsDir }: Pick<CopyPlan, 'resultsDir'>,
  object: string,
): { readonly ids: string; readonly held: string } {
  return {
    ids: join(resultsDir, `${object}-ids.csv`),
    held: join(resultsDir, `${object}-held-records.csv`),
  };
}

/** The folders of earlier copies that know records of an object, in their order. */
export async function foldersThatKnow(
  { knownIds = [] }: Pick<CopyPlan, 'knownIds'>,
  object: string,
): Promise<string[]> {
  const found: string[] = [];
  for (const folder of knownIds)
    if (await isThere(copyFilesOf({ resultsDir: folder }, object).ids)) found.push(folder);
  return found;
}

/** Whether the ids in its files tell another copy anything. Numbers of rows don't. */
export function hasTellingIds({ objects }: Pick<CopyPlan, 'objects'>): boolean {
  return objects.some(({ file }) => file?.isNumbered !== true);
}

/** Whether its files of ids are where it has written them: people move the folder. */
export async function areIdsThere(plan: Pick<CopyPlan, 'objects' | 'resultsDir'>): Promise<boolean> {
  const there = await Promise.all(plan.objects.map(({ object }) => isThere(copyFilesOf(plan, object).ids)));
  return there.every(Boolean);
}
