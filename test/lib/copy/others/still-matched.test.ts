import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JobInfo } from '../../../../src/lib/api/types.js';
import { requireStillMatched } from '../../../../src/lib/copy/others/still-matched.js';
import { UsageError } from '../../../../src/lib/errors.js';
import type { CopyPlan } from '../../../../src/lib/run/copy-record.js';
import {
  journalVersion,
  type JournalRecord,
  type LoadPlan,
  type RunOrg,
} from '../../../../src/lib/run/record.js';
import { runStore, type RunStore } from '../../../../src/lib/run/store.js';
import { tempFolder } from '../../../support/temp-folder.ts';

const org: RunOrg = {
  orgId: '00DTg0000000001',
  instanceUrl: 'https://x.example',
  username: 'u@x.example',
  apiVersion: '62.0',
};
const jobId = '750xx0000000001AAA';
/** The copy compared its records then; what is written now comes long after, or long before. */
const [past, future] = ['2020-01-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z'];

const created: JournalRecord = { type: 'created', part: 0, jobId };
const closed: JournalRecord = { type: 'closed', part: 0, jobId };

function ended(systemModstamp: string): JournalRecord {
  return {
    type: 'ended',
    part: 0,
    jobId,
    info: { id: jobId, state: 'JobComplete', systemModstamp } as JobInfo,
  };
}

function collected(successful: number, at: string): JournalRecord[] {
  const paths = { success: null, failed: null, unprocessed: null };
  const summary = { successful, failed: 2 - successful, unprocessed: 0, errors: [], paths };
  return [
    { type: 'complete', summary },
    { type: 'done', at, summary: undefined },
  ];
}

function aborted(at: string): JournalRecord {
  return { type: 'done', at, summary: undefined, reason: 'Aborted.', isAborted: true };
}

async function loaded(records: readonly JournalRecord[]): Promise<RunStore> {
  const store = runStore(join(await tempFolder(), 'bulk2'));
  const plan = {
    operation: 'insert',
    object: 'Account',
    rows: 2,
    parts: [{ index: 0, segments: [], rows: 2, bytes: 9 }],
  };
  const journal = await store.open(await store.begin());
  await journal.append({
    type: 'load',
    version: journalVersion,
    at: past,
    org,
    plan: plan as unknown as LoadPlan,
  });
  for (const record of records) await journal.append(record);
  await journal.close();
  return store;
}

async function refusalOf(records: readonly JournalRecord[], at: string): Promise<string | undefined> {
  const objects = [{ object: 'Account', operation: 'insert', match: { fields: [], soql: '' } }];
  const copy = { plan: { objects } as unknown as CopyPlan, org, at };
  const store = await loaded(records);
  try {
    await requireStillMatched(copy, { store });
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    const { message, actions } = error as UsageError;
    return [message, ...actions].join(' ');
  }
}

const since = /^Records of Account have been loaded into the target since/;
const atWork = new RegExp(`^A load of Account into the target hasn't finished.*job resume --id ${jobId}`);
const mid = '2050-01-01T00:00:00.000Z';

test.each<[string, readonly JournalRecord[], string, RegExp | undefined]>([
  ['whose records were saved since', [created, closed, ended(future), ...collected(1, future)], mid, since],
  [
    'that was collected since, and saved before',
    [created, closed, ended(past), ...collected(2, future)],
    mid,
    undefined,
  ],
  ['that was collected before', [created, closed, ended(future), ...collected(2, past)], mid, undefined],
  ['that saved nothing', [created, closed, ended(future), ...collected(0, future)], mid, undefined],
  [
    'that saved some, and was killed before it could say that it is done',
    [created, closed, ended(past), ...collected(1, past).slice(0, 1)],
    past,
    since,
  ],
  ['that was aborted since, before it had closed a job', [created, aborted(future)], mid, undefined],
  ['that was aborted since, with a closed job', [created, closed, aborted(future)], mid, since],
  ['that nobody has waited for', [created, closed], future, atWork],
  [
    'of which it is not known whether its job was closed',
    [created, { type: 'close', part: 0, jobId }],
    future,
    atWork,
  ],
  [
    'that has still to be collected, and was seen to end before',
    [created, closed, ended(past)],
    future,
    undefined,
  ],
  ['whose job is abandoned', [created, { type: 'abandoned', part: 0, jobId, reason: '' }], future, undefined],
  ['that was at work since', [created], past, since],
])('a copy that takes records for new, after a load %s', async (_, records, at, expected) => {
  const refusal = await refusalOf(records, at);
  if (expected === undefined) expect(refusal).toBeUndefined();
  else expect(refusal).toMatch(expected);
});
