import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DescribeField, SObjectDescribe } from '../../api/types.js';
import { UsageError } from '../../errors.js';
import { sumOf } from '../../files/file-facts.js';
import { matchingFiles } from '../../files/matching-files.js';
import { requireReadable } from '../../load/plan/open-input.js';
import type { CopyFiles } from '../../run/copy-record.js';
import type { RunStore } from '../../run/store.js';
import { columnsOf } from './file-columns.js';
import { FileRecords } from './file-records.js';
import { numberedPrefix } from '../model/numbered-ids.js';
import type { CopyPlanFile, ObjectPlan } from '../plan/plan-file.js';
import type { PlanOrg } from '../plan/resolve-plan.js';

/** What a plan reads from files. */
export type PlanFiles = {
  /** Describes objects of files by what is in them, and all others as the org does. */
  readonly source: PlanOrg;
  /** By the object's name in the target. */
  readonly files: ReadonlyMap<string, CopyFiles>;
};

export type FileSourceSetup = {
  /** Paths in the plan begin here. */
  readonly folder: string;
  readonly target: PlanOrg;
  /** Of objects without files; absent where there are none. */
  readonly source?: PlanOrg | undefined;
  /** Has what is no plain CSV, as long as it is looked into; of a process that was killed, until the next run begins. */
  readonly store: Pick<RunStore, 'begin' | 'pathFor' | 'remove'>;
  readonly signal: AbortSignal | undefined;
};

/**
 * Looks into the files of a plan: their columns are the fields that the source has.
 * @throws UsageError | InputError a file isn't there or can't be read, or has columns that are no fields
 */
export async function openPlanFiles(plan: CopyPlanFile, setup: FileSourceSetup): Promise<PlanFiles> {
  const { target, source } = setup;
  const describes = new Map<string, SObjectDescribe>();
  const files = new Map<string, CopyFiles>();
  const problems: string[] = [];
  for (const [place, object] of plan.objects.entries()) {
    if (object.file === undefined) continue;
    const describe = await target.describeOf(object.object);
    if (describe === undefined) continue;
    const found = await readFiles(object, describe, { setup, plan, place, problems });
    describes.set(describe.name.toLowerCase(), found.describe);
    files.set(describe.name, found.files);
  }
  if (problems.length > 0) {
    throw new UsageError(problems.join('\n'), {
      actions: ['Fix the plan. Nothing was sent.'],
      data: { problems },
    });
  }
  return {
    source: {
      describeOf: async (name) => describes.get(name.toLowerCase()) ?? source?.describeOf(name),
      objectNames: (source ?? target).objectNames,
      records: async (soql) => (await source?.records(soql)) ?? [],
    },
    files,
  };
}

type Reading = {
  readonly setup: FileSourceSetup;
  readonly plan: CopyPlanFile;
  readonly place: number;
  readonly problems: string[];
};
type Found = { readonly describe: SObjectDescribe; readonly files: CopyFiles };

async function readFiles(
  object: ObjectPlan,
  describe: SObjectDescribe,
  { setup, plan, place, problems }: Reading,
): Promise<Found> {
  const paths = await expand(object.file ?? [], setup.folder);
  await requireReadable(paths.map((path) => ({ name: path, path })));
  const marks = await Promise.all(
    paths.map(async (path) => {
      const { size: bytes, mtimeMs } = await stat(path);
      const { crc32 } = await sumOf(path);
      return { bytes, mtimeMs, crc32 };
    }),
  );
  const { store, signal } = setup;
  const encoded = object.encoding === undefined ? {} : { encoding: object.encoding };
  const runId = await store.begin();
  try {
    const records = await FileRecords.open(
      { paths, ...encoded },
      { spoolPath: store.pathFor(runId, 'file-'), signal },
    );
    const columns = columnsOf(object, records.columns, { describe, plan, problems });
    const names = new Set(Object.values(columns));
    const idColumn = Object.keys(columns).find((column) => columns[column] === 'Id');
    const prefix =
      idColumn === undefined ? numberedPrefix(place) : (await records.first(idColumn)).slice(0, 3);
    const fields = describe.fields.filter(({ name }) => names.has(name) || name === 'Id');
    const files: CopyFiles = {
      paths,
      marks,
      columns,
      types: typesOf(columns, fields),
      ...encoded,
      ...(idColumn === undefined ? { isNumbered: true } : {}),
    };
    return { describe: { ...describe, keyPrefix: prefix, fields }, files };
  } finally {
    await store.remove(runId);
  }
}

/** @throws UsageError a pattern matches no file */
async function expand(names: readonly string[], folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const name of names) {
    const files = await matchingFiles(name, folder);
    if (files.length === 0) throw new UsageError(`No file matches "${name}" in ${folder}.`);
    paths.push(...files.map((file) => resolve(folder, file)));
  }
  return eachOnce(paths);
}

/** A file that is named and matches a pattern, too, or is reached by two paths, has its records once. */
async function eachOnce(paths: readonly string[]): Promise<string[]> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  return paths.filter((_, at) => real.indexOf(real[at] ?? '') === at);
}

function typesOf(
  columns: Readonly<Record<string, string>>,
  fields: readonly DescribeField[],
): Record<string, 'date' | 'boolean'> {
  const types: Record<string, 'date' | 'boolean'> = {};
  for (const [column, name] of Object.entries(columns)) {
    const type = fields.find((field) => field.name === name)?.type;
    if (type === 'date' || type === 'boolean') types[column] = type;
  }
  return types;
}
