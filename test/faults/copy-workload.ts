import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resumeCopy, startCopy } from '../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../src/lib/copy/model/events.js';
import { resolvePlan } from '../../src/lib/copy/plan/resolve-plan.js';
import { Events } from '../../src/lib/events.js';
import type { RunContext } from '../../src/lib/run/context.js';
import type { Org, Value } from '../../local-org/index.ts';
import { planOrg } from '../support/copy-orgs.ts';
import { openLibrary, placeOf } from './library.ts';
import type { Workload } from './workload.ts';

/** What tells a copy from the record that it was made of: both are in the one org of a workload. */
const mark = 'a copy';
const original = '1';
const failing = 'A 3';
/** What a person makes of it. */
const fixed = 'A three';

/** The parents of the accounts: two levels, a circle of two, and one that fails. */
const parents = [null, 0, null, null, 5, 4, 0];
const accounts = parents.map((parent, index) => ({
  Id: idOf('001', index),
  Name: `A ${index}`,
  Fax: original,
  ParentId: parent === null ? null : idOf('001', parent),
}));
const contacts = Array.from({ length: 10 }, (_, index) => ({
  Id: idOf('003', index),
  LastName: `C ${index}`,
  Fax: original,
  AccountId: idOf('001', index % parents.length),
}));

/**
 * A copy of accounts and contacts beside the originals. One account fails, and its contacts are held; those of a circle
 * get their parents by an update.
 */
export const copyWorkload = workloadOf({});

/** Copies that are there before, without a parent: the copy has to find them. */
const copiedAccounts = [1, 4].map((index) => ({
  Id: idOf('001', 50 + index),
  Name: `A ${index}`,
  Description: mark,
}));
const copiedContacts = [1, 8].map((index) => ({
  Id: idOf('003', 50 + index),
  LastName: `C ${index}`,
  AccountId: idOf('001', 51),
  Description: mark,
}));

/** The same copy, where some of it is there before, and is matched: contacts by their account among other values. */
export const matchedCopyWorkload = workloadOf({
  before: { Account: copiedAccounts, Contact: copiedContacts },
  keys: { Account: ['Name', 'Description'], Contact: ['AccountId', 'LastName', 'Description'] },
});

/** A copy that has ended, and whose file of failed records a person has edited: what is killed is its retry. */
export const copyRetryWorkload: Workload = {
  ...copyWorkload,
  async prepare(folder, org) {
    await copyWorkload.prepare(folder, org);
    const library = openLibrary(placeOf(org, folder));
    await copyWorkload.start(library, folder);
    await library.close();
    const results = join(folder, 'results');
    const name = (await readdir(results)).find((each) => each.endsWith('-failed-records.csv')) ?? '';
    const text = await readFile(join(results, name), 'utf8');
    await writeFile(join(results, name), text.replace(failing, fixed));
  },
  start: retryCopy,
  isOwn: ({ records: [first, ...others] }) =>
    first?.type === 'copy' && others.some(({ type }) => type === 'round'),
  problems: async (org, folder) => [
    ...(await graphProblems(org, fixed)),
    ...(await fileProblems(folder, { isFixed: true })),
  ],
  async problemsUnbegun(org, folder) {
    const library = openLibrary(placeOf(org, folder));
    const before = await graphProblems(org);
    await retryCopy(library);
    await library.close();
    return [
      ...before,
      ...(await graphProblems(org, fixed)),
      ...(await fileProblems(folder, { isFixed: true })),
    ];
  },
};

async function retryCopy(context: RunContext): Promise<unknown> {
  const run = (await context.store.list()).find(({ records: [first] }) => first?.type === 'copy');
  if (run === undefined) throw new Error('There is no copy to retry.');
  return resumeCopy(run, { ...following(), isRetry: true }, { source: context, target: context });
}

type Variant = {
  readonly before?: Readonly<Record<string, ReadonlyArray<Record<string, string>>>>;
  readonly keys?: Readonly<Record<string, readonly string[]>>;
};

function workloadOf({ before = {}, keys = {} }: Variant): Workload {
  return {
    orgOptions: {
      faults: [
        {
          endpoint: 'ingest.process',
          count: 'always',
          action: {
            kind: 'fail-rows',
            column: 'Name',
            values: [failing],
            statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
            message: 'No.',
          },
        },
      ],
    },
    prepare(_, org) {
      org.database.load('Account', accounts);
      org.database.load('Contact', contacts);
      for (const [object, rows] of Object.entries(before)) org.database.load(object, rows);
      return Promise.resolve();
    },
    async start(context, folder) {
      const plan = {
        objects: await objectsOf(context, keys),
        resultsDir: join(folder, 'results'),
        concurrency: 2,
        retries: 0,
        isAgreed: true,
        owners,
      };
      return startCopy(plan, following(), { source: context, target: context });
    },
    resume: (run, context) => resumeCopy(run, following(), { source: context, target: context }),
    isOwn: ({ records: [first] }) => first?.type === 'copy',
    problems: async (org, folder) => [...(await graphProblems(org)), ...(await fileProblems(folder))],
    async problemsUnbegun(org) {
      const copied = [...(await copiesIn(org, 'Account')), ...(await copiesIn(org, 'Contact'))];
      const known = Object.values(before).flat().length;
      return copied.length === known ? [] : [`${copied.length} records were copied and cannot be resumed`];
    },
  };
}

const owners = { else: 'me' } as const;

function following() {
  return { events: new Events<CopyEvents>() };
}

async function objectsOf({ api }: RunContext, keys: NonNullable<Variant['keys']>) {
  const org = planOrg({ api });
  const set = { Description: mark };
  const objects = [
    { object: 'Contact', fields: ['LastName', 'AccountId', 'OwnerId'], set },
    { object: 'Account', fields: ['Name', 'ParentId', 'OwnerId'], set },
  ].map((each) => {
    const key = keys[each.object];
    // Copies that are there before are no originals.
    return key === undefined ? each : { ...each, key, where: `Fax = '${original}'` };
  });
  return resolvePlan({ owners, objects }, { source: org, target: org });
}

/**
 * Every record is there once, with the copy of its parent as its parent.
 * @param failed what the account that fails is called in the end; absent: it is not there, and its contacts are not
 */
async function graphProblems(org: Org, failed?: string): Promise<string[]> {
  const copied = await copiesIn(org, 'Account');
  const names = new Map(copied.map(({ Id, Name }) => [Id, Name]));
  const got = [
    ...copied.map(({ Name, ParentId }) => link(Name, names.get(ParentId))),
    ...(await copiesIn(org, 'Contact')).map(({ LastName, AccountId }) =>
      link(LastName, names.get(AccountId)),
    ),
  ];
  const wanted = [
    ...parents.map((parent, index) => link(`A ${index}`, parent === null ? undefined : `A ${parent}`)),
    ...contacts.map(({ LastName }, index) => link(LastName, `A ${index % parents.length}`)),
  ].flatMap((text) =>
    text.includes(failing) && failed === undefined ? [] : [text.replace(failing, failed ?? '')],
  );
  return got.sort().join() === wanted.sort().join() ? [] : [`copied: ${got.join('; ')}`];
}

function link(child: Value | undefined, parent: Value | undefined): string {
  return `${String(child)} of ${String(parent ?? 'none')}`;
}

async function copiesIn(org: Org, object: string) {
  return (await org.records(object)).filter(({ Description }) => Description === mark);
}

/** Each record is in the file of ids, or in that of held records, or has failed. */
async function fileProblems(folder: string, { isFixed = false } = {}): Promise<string[]> {
  const rows = async (name: string): Promise<number> => {
    const text = await readFile(join(folder, 'results', name), 'utf8').catch(() => '');
    return Math.max(0, text.split('\n').length - 2);
  };
  const got = [
    await rows('Account-ids.csv'),
    await rows('Contact-ids.csv'),
    await rows('Contact-held-records.csv'),
  ];
  const children = contacts.filter((_, index) => `A ${index % parents.length}` === failing).length;
  const held = isFixed ? 0 : children;
  const wanted = [accounts.length - (isFixed ? 0 : 1), contacts.length - held, held];
  return got.join() === wanted.join() ? [] : [`rows of result files: ${got.join()}, not ${wanted.join()}`];
}

function idOf(prefix: string, index: number): string {
  return `${prefix}Sr00000000${String(index).padStart(2, '0')}`;
}
