import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resumeCopy, startCopy } from '../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../src/lib/copy/events.js';
import { resolvePlan } from '../../src/lib/copy/resolve-plan.js';
import { Events } from '../../src/lib/events.js';
import type { RunContext } from '../../src/lib/run/context.js';
import type { Org, Value } from '../../local-org/index.ts';
import { planOrg } from '../support/copy-orgs.ts';
import type { Workload } from './workload.ts';

/** What tells a copy from the record that it was made of: both are in the one org of a workload. */
const mark = 'a copy';
const failing = 'A 3';

/** The parents of the accounts: two levels, a circle of two, and one that fails. */
const parents = [null, 0, null, null, 5, 4, 0];
const accounts = parents.map((parent, index) => ({
  Id: idOf('001', index),
  Name: `A ${index}`,
  ParentId: parent === null ? null : idOf('001', parent),
}));
const contacts = Array.from({ length: 10 }, (_, index) => ({
  Id: idOf('003', index),
  LastName: `C ${index}`,
  AccountId: idOf('001', index % parents.length),
}));

/**
 * A copy of accounts and contacts beside the originals. One account fails, and its contacts are held; those of a circle
 * get their parents by an update.
 */
export const copyWorkload: Workload = {
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
    return Promise.resolve();
  },
  async start(context, folder) {
    const plan = {
      objects: await objectsOf(context),
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
    return copied.length === 0 ? [] : [`${copied.length} records were copied and cannot be resumed`];
  },
};

const owners = { else: 'me' } as const;

function following() {
  return { events: new Events<CopyEvents>() };
}

async function objectsOf({ api }: RunContext) {
  const org = planOrg({ api });
  const set = { Description: mark };
  const objects = [
    { object: 'Contact', fields: ['LastName', 'AccountId', 'OwnerId'], set },
    { object: 'Account', fields: ['Name', 'ParentId', 'OwnerId'], set },
  ];
  return resolvePlan({ owners, objects }, { source: org, target: org });
}

/** Every record is there once, with the copy of its parent as its parent. */
async function graphProblems(org: Org): Promise<string[]> {
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
  ].filter((text) => !text.includes(failing));
  return got.sort().join() === wanted.sort().join() ? [] : [`copied: ${got.join('; ')}`];
}

function link(child: Value | undefined, parent: Value | undefined): string {
  return `${String(child)} of ${String(parent ?? 'none')}`;
}

async function copiesIn(org: Org, object: string) {
  return (await org.records(object)).filter(({ Description }) => Description === mark);
}

/** Each record is in the file of ids, or in that of held records, or has failed. */
async function fileProblems(folder: string): Promise<string[]> {
  const rows = async (name: string): Promise<number> => {
    const text = await readFile(join(folder, 'results', name), 'utf8').catch(() => '');
    return Math.max(0, text.split('\n').length - 2);
  };
  const got = [
    await rows('Account-ids.csv'),
    await rows('Contact-ids.csv'),
    await rows('Contact-held-records.csv'),
  ];
  const held = contacts.filter((_, index) => `A ${index % parents.length}` === failing).length;
  const wanted = [accounts.length - 1, contacts.length - held, held];
  return got.join() === wanted.join() ? [] : [`rows of result files: ${got.join()}, not ${wanted.join()}`];
}

function idOf(prefix: string, index: number): string {
  return `${prefix}Sr00000000${String(index).padStart(2, '0')}`;
}
