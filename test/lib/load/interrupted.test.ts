import { join } from 'node:path';
import { expect, test } from 'vitest';
import { interruptedLoads, type InterruptedLoads } from '../../../src/lib/load/interrupted.js';
import type { RunContext } from '../../../src/lib/run/context.js';
import type { InputMark, JournalRecord, LoadPlan, RunOrg } from '../../../src/lib/run/record.js';
import { runStore } from '../../../src/lib/run/store.js';
import { loadPlan } from '../../support/load-plan.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const org: RunOrg = { orgId: '00D000000000001AAA', instanceUrl: 'https://one.example', apiVersion: '67.0' };
const a: InputMark = { path: '/in/a.csv', size: 20, mtimeMs: 1, bytes: 20, crc32: 111 };
const b: InputMark = { path: '/in/b.csv', size: 30, mtimeMs: 2, bytes: 30, crc32: 222 };
const other: InputMark = { ...a, size: 21, bytes: 21, crc32: 333 };
const jobId = '750000000000001AAA';
const closed: JournalRecord[] = [{ type: 'closed', part: 0, jobId }];

type Case = {
  readonly before?: Partial<LoadPlan>;
  readonly now?: Partial<LoadPlan>;
  readonly records?: readonly JournalRecord[];
  readonly begunIn?: RunOrg;
  /** The row that is sent now; it was `x,1` before. Default: another one. */
  readonly sends?: string;
};

/** What is found of a load that was begun so, before one is begun that is planned so. */
async function found({
  before,
  now,
  records = [],
  begunIn = org,
  sends = 'x,2',
}: Case): Promise<InterruptedLoads> {
  const folder = await tempFolder();
  const store = runStore(join(folder, 'state'));
  const planWith = (plan: Partial<LoadPlan> = {}, row = 'x,1'): Promise<LoadPlan> =>
    loadPlan(folder, { parts: [[row]], plan: { inputs: [a, b], options: {}, ...plan } });
  const runId = await store.begin();
  const journal = await store.open(runId);
  const at = '2026-01-31T08:00:00.000Z';
  await journal.append({ type: 'load', version: 2, at, org: begunIn, plan: await planWith(before) });
  for (const record of records) await journal.append(record);
  await journal.close();
  const api = { send: () => Promise.reject(new Error('asked')), requestCount: 0 };
  const context: RunContext = { api, org, store };
  return interruptedLoads({ runId: 'planned', plan: await planWith(now, sends), warnings: [] }, context);
}

test.each<[string, Case]>([
  ['unchanged', {}],
  ['with its files in another order', { now: { inputs: [b, a] } }],
  ['from other paths', { now: { inputs: [{ ...a, path: '/elsewhere/x.csv' }, b] } }],
  ['from a stream', { now: { inputs: [{ bytes: 20, crc32: 111 }, b] } }],
  ['of the same files that are other CSV now', { now: { inputs: [{ ...a, bytes: 22, crc32: 9 }, b] } }],
  ['with the object in another case', { now: { object: 'ACCOUNT' } }],
  ['when all of its jobs are closed', { records: closed }],
  ['begun asynchronously, before its jobs are closed', { before: { wait: 'accepted' } }],
  ['of files with other columns that are not sent', { now: { inputs: [other] }, sends: 'x,1' }],
  ['in the same org under another address', { begunIn: { ...org, instanceUrl: 'https://moved.example' } }],
])('finds the load %s', async (_, each) => {
  const { same, similar } = await found(each);
  expect([same.length, similar.length]).toEqual([1, 0]);
});

test.each<[string, Case]>([
  ['has ended', { records: [{ type: 'done', at: '2026-01-31T09:00:00.000Z', summary: undefined }] }],
  ['was asynchronous, and its jobs are closed', { before: { wait: 'accepted' }, records: closed }],
  ['had another operation', { before: { operation: 'upsert' } }],
  ['went into another object', { before: { object: 'Contact' } }],
  ['went into another org', { begunIn: { ...org, orgId: '00D000000000002AAA' } }],
  ['retries the rows of another', { before: { retryOf: 'x' } }],
  ['is a change by query', { before: { change: { soql: 'SELECT Id FROM Account' } } }],
  [
    'has none of the files',
    { before: { inputs: [{ ...b, path: '/in/c.csv', crc32: 4, mtimeMs: 7 }] }, now: { inputs: [a] } },
  ],
])('does not find a load that %s', async (_, each) => {
  expect(await found(each)).toEqual({ same: [], similar: [] });
});

test.each<[string, Case]>([
  ['the same path with other bytes', { now: { inputs: [other, b] } }],
  ['one of its files', { now: { inputs: [a] } }],
  ['its files and another', { now: { inputs: [a, b, { bytes: 5, crc32: 5 }] } }],
])('tells of a load that has %s as similar', async (_, each) => {
  const { same, similar } = await found(each);
  expect([same.length, similar.length]).toEqual([0, 1]);
});

test('names the options that are others, by the external id that was chosen in the end', async () => {
  const before = { options: { emptyAsNull: true, encoding: 'utf-16le' }, externalId: 'Ext__c' };
  const now = { options: { encoding: 'utf-16le', mapping: { rules: [] } }, externalId: 'Id' };
  const { same } = await found({ before, now });
  expect([...(same[0]?.differences ?? [])].sort()).toEqual(['emptyAsNull', 'externalId', 'mapping']);
});
