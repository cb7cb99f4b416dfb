import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { UsageError } from '../../errors.js';
import { isThere } from '../../files/file-facts.js';
import { readTextFile } from '../../files/read-text.js';
import type { CopyObject } from '../../run/copy-record.js';
import { fieldsIn } from '../plan/row-template.js';
import type { CopyPlanFile, ObjectPlan } from '../plan/plan-file.js';
import { recordTypeKey } from '../plan/record-types.js';

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

/** Plans that an older build wrote have none. */
const nullMarkLines = /^ +nullMark: hold\n/gm;

/**
 * Makes sure that `set` means the same through a folder: its files have the names of owners and record types in the place of
 * their ids.
 * @throws UsageError a template reads one of these
 */
export function requireSameInFolder(objects: readonly CopyObject[]): void {
  const problems = objects.flatMap(({ object, lookups, set }) => {
    const named = lookups.flatMap(({ field, byName }) => (byName === undefined ? [] : [field]));
    const read = Object.values(set).flatMap(fieldsIn);
    return named
      .filter((field) => read.some((each) => each.toLowerCase() === field.toLowerCase()))
      .map(
        (field) =>
          `${object}: "set" can't read \${${field}} in a folder: its files have names there, not ids.`,
      );
  });
  if (problems.length === 0) return;
  throw new UsageError(problems.join('\n'), {
    actions: [
      'Leave it out of "set" and export, then set it in the plan of the folder, where it is the name. Or copy from org to org, where it is the id.',
    ],
    data: { problems },
  });
}

/** The file of an object's records in a folder. */
export function fileNameOf(object: string): string {
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
