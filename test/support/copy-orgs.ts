import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startOrg, type Org, type OrgOptions, type Value } from '../../local-org/index.ts';
import { describer } from '../../src/lib/describe/describe.js';
import { restApi } from '../../src/lib/api/rest.js';
import { startCopy, type CopyOptions } from '../../src/lib/copy/copy.js';
import type { CopyStatus } from '../../src/lib/copy/model/status.js';
import type { CopyEvents } from '../../src/lib/copy/model/events.js';
import type { CopyPlanFile } from '../../src/lib/copy/plan/plan-file.js';
import { resolvePlan, type PlanOrg } from '../../src/lib/copy/plan/resolve-plan.js';
import type { CopyContexts } from '../../src/lib/copy/model/contexts.js';
import { Events } from '../../src/lib/events.js';
import type { CopyPlan } from '../../src/lib/run/copy-record.js';
import type { RunContext } from '../../src/lib/run/context.js';
import { openLibrary, placeOf } from '../faults/library.ts';
import { tempFolder } from './temp-folder.ts';

export type Records = ReadonlyArray<Record<string, Value>>;

/** Options of a copy that nobody listens to. */
export const follow = () => ({ events: new Events<CopyEvents>() });

/** Two orgs, and a folder for all that a copy from one to the other leaves. */
export type CopyOrgs = {
  readonly source: Org;
  readonly target: Org;
  readonly folder: string;
  readonly contexts: Required<CopyContexts>;
  plan(file: CopyPlanFile, more?: Partial<CopyPlan>): Promise<CopyPlan>;
  copy(file: CopyPlanFile, options?: Partial<CopyOptions>): Promise<CopyStatus>;
};

/** Starts two orgs with other ids; they stop when the test has finished. */
export async function copyOrgs(
  records: Readonly<Record<string, Records>>,
  options: { readonly source?: OrgOptions; readonly target?: OrgOptions } = {},
): Promise<CopyOrgs> {
  const folder = await tempFolder();
  const source = await startOrg({ orgId: '00DSr0000000001', ...options.source });
  const target = await startOrg({ orgId: '00DTg0000000001', ...options.target });
  onTestFinished(async () => {
    await Promise.all([source.stop(), target.stop()]);
  });
  for (const [object, rows] of Object.entries(records)) source.database.load(object, rows);
  const contexts = {
    source: openLibrary(placeOf(source, folder)),
    target: openLibrary(placeOf(target, folder)),
  };
  onTestFinished(async () => {
    await Promise.all([contexts.source.close(), contexts.target.close()]);
  });
  const plan: CopyOrgs['plan'] = async (file, more) => ({
    objects: await resolvePlan(
      file,
      { source: planOrg(contexts.source), target: planOrg(contexts.target) },
      { hasKnownIds: more?.knownIds !== undefined },
    ),
    resultsDir: join(folder, 'results'),
    concurrency: 2,
    retries: 0,
    isAgreed: true,
    ...(file.owners === undefined ? {} : { owners: file.owners }),
    ...more,
  });
  return {
    source,
    target,
    folder,
    contexts,
    plan,
    copy: async (file, more) =>
      startCopy(await plan(file), { events: new Events<CopyEvents>(), ...more }, contexts),
  };
}

export function planOrg({ api }: Pick<RunContext, 'api'>): PlanOrg {
  const rest = restApi(api);
  return {
    describeOf: describer(rest),
    objectNames: rest.objectNames,
    records: (soql) => rest.records(soql),
  };
}

/** The lines of a result file behind its header; none where it is not there. */
export async function linesOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').slice(1, -1);
}

/** The last failed-records file of a step of a copy. */
export function failedFile({ steps }: CopyStatus, step = 0): string {
  return steps[step]?.files.findLast(({ failed }) => failed !== null)?.failed ?? '';
}

/** Changes a file as a person would. */
export async function edit(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, 'utf8')));
}

/** By the name of each child in the org, the name of its parent; null where it has none. */
export async function links(
  org: Org,
  child: string,
  field: string,
  parent: string,
): Promise<Record<string, Value>> {
  const names = new Map((await org.records(parent)).map((each) => [each.Id, nameOf(each)]));
  return Object.fromEntries(
    (await org.records(child)).map((each) => [nameOf(each), names.get(each[field]) ?? null]),
  );
}

function nameOf({ LastName, Name, Subject }: Readonly<Record<string, Value>>): string {
  return String(LastName ?? Name ?? Subject);
}

export const id = (prefix: string, number: number): string =>
  `${prefix}Sr00000${String(number).padStart(5, '0')}`;

export const accounts = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    Id: id('001', index),
    Name: `Account ${index}`,
    Site: 'a "b",\nc',
  }));
export const contacts = (count: number, parents: number) =>
  Array.from({ length: count }, (_, index) => ({
    Id: id('003', index),
    LastName: `Contact ${index}`,
    AccountId: id('001', index % parents),
  }));

export const tasks = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    Id: id('00T', index),
    Subject: `Task ${index}`,
    WhoId: id('003', index),
    Status: 'Completed',
    Priority: 'Normal',
  }));

/** Records with these values in their column fail, until the fault is cleared. */
export const failing = (column: string, values: readonly string[]) =>
  ({
    endpoint: 'ingest.process',
    count: 'always',
    action: {
      kind: 'fail-rows',
      column,
      values,
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'No.',
    },
  }) as const;

/** Shipments that are parts of each other, by number. */
export const shipments = (parents: ReadonlyArray<number | null>): Records =>
  parents.map((parent, index) => ({
    Id: id('a00', index),
    Name: `Shipment ${index}`,
    Part_Of__c: parent === null ? null : id('a00', parent),
  }));

/** Copies shipments that are parts of each other, by number; of every two whose lookup is filled at the end, one fails there. */
export async function copyCircle(parents: ReadonlyArray<number | null>) {
  const orgs = await copyOrgs({ Shipment__c: shipments(parents) });
  const { kind, statusCode, message } = failing('Part_Of__c', []).action;
  await orgs.target.faults.add({
    endpoint: 'ingest.process',
    nth: 2,
    action: { kind, statusCode, message, everyNth: 2 },
  });
  return { orgs, status: await orgs.copy({ objects: [{ object: 'Shipment__c' }] }) };
}
