import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requireNoneBegun } from '../../../../src/lib/copy/others/begun-before.js';
import { resumeCopy, startCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyPlanFile } from '../../../../src/lib/copy/plan/plan-file.js';
import { UsageError } from '../../../../src/lib/errors.js';
import { orgOf } from '../../../../src/lib/run/org.js';
import { follow, accounts, copyOrgs, type CopyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { mortalStore, ProcessEnded } from '../../../support/mortal-store.ts';

const keyless = { objects: [{ object: 'Account' }] };
const keyed = { objects: [{ object: 'Account', key: ['Name', 'Site'] }] };

/** A copy whose process ends just before it has finished, in another org with the same records first, to know when that is. */
async function interrupted(orgs: CopyOrgs, plan: CopyPlanFile = keyless): Promise<void> {
  const { contexts } = orgs;
  const whole = await copyOrgs({ Account: accounts(3) });
  const counting = mortalStore(whole.contexts.target.store);
  await startCopy(await whole.plan(plan), follow(), withStore(whole.contexts, counting));
  const mortal = mortalStore(contexts.target.store, counting.appended - 2, 'after');
  const failure = await failureOf(startCopy(await orgs.plan(plan), follow(), withStore(contexts, mortal)));
  expect(failure).toBeInstanceOf(ProcessEnded);
}

function withStore({ source, target }: CopyOrgs['contexts'], store: ReturnType<typeof mortalStore>) {
  return { source: { ...source, store }, target: { ...target, store } };
}

test('records that an interrupted copy creates are not created by another one, until it is resumed', async () => {
  const orgs = await copyOrgs({ Account: accounts(3) });
  await interrupted(orgs);
  const refusal = await failureOf<UsageError>(startCopy(await orgs.plan(keyless), follow(), orgs.contexts));
  expect(refusal).toBeInstanceOf(UsageError);
  const runId = String(refusal.data.runId);
  expect(refusal.actions).toEqual([
    `Resume it: sf bulk2 job resume --id ${runId}`,
    `Or abort it: sf bulk2 job abort --id ${runId}. Then run this command again with --known-ids ${join(orgs.folder, 'results')}: what it created is updated.`,
  ]);
  await resumeCopy({ runId }, follow(), orgs.contexts);
  expect(await orgs.target.records('Account')).toHaveLength(3);
});

test('of two copies that begin at the same moment one creates the records', async () => {
  const orgs = await copyOrgs({ Account: accounts(3) });
  const copies = await Promise.allSettled(
    ['one', 'two'].map(async (name) =>
      startCopy(await orgs.plan(keyless, { resultsDir: join(orgs.folder, name) }), follow(), orgs.contexts),
    ),
  );
  const failed = copies.filter(({ status }) => status === 'rejected');
  const created = await orgs.target.records('Account');
  // The second one may have begun once the first had ended, as anybody may who asks for it.
  expect(created).toHaveLength(failed.length === 1 ? 3 : 6);
});

test.each([
  ['the same org, without a key', keyless, keyless, 'source', true],
  ['files, without a key', keyless, keyless, 'files', true],
  ['another org, without a key', keyless, keyless, 'other', false],
  ['files, with a key that is matched here', keyed, keyed, 'files', true],
  ['another org, with a key that is matched here', keyless, keyed, 'other', true],
  [
    'the same org, by a unique external id',
    { objects: [{ object: 'Account', key: ['External_Id__c'] }] },
    { objects: [{ object: 'Account', key: ['External_Id__c'] }] },
    'source',
    false,
  ],
] as const)('beside an interrupted copy, one from %s', async (...[, before, after, from, isRefused]) => {
  const accounts3 = accounts(3).map((each, at) => ({ ...each, External_Id__c: `E${at}` }));
  const orgs = await copyOrgs({ Account: accounts3 });
  await interrupted(orgs, before);
  const { source, target } = orgs.contexts;
  const [org, sameOrg] = [await orgOf(target), await orgOf(source)];
  const sources = { source: sameOrg, files: undefined, other: { ...sameOrg, orgId: '00DXx0000000001' } };
  const beginning = { plan: await orgs.plan(after), org, source: sources[from] };
  const refused = await requireNoneBegun(beginning, target).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refused instanceof UsageError ? refused.message : refused).toEqual(
    isRefused ? expect.stringMatching(/^Another copy into the same org creates Account records/) : undefined,
  );
});

test('what a copy has found new is not created once another one has loaded records of the object', async () => {
  const orgs = await copyOrgs({ Account: accounts(3) });
  const other = await orgs.plan(keyed, { resultsDir: join(orgs.folder, 'other') });
  const agree = async () => void (await startCopy(other, follow(), orgs.contexts));
  const refusal = await failureOf<UsageError>(orgs.copy(keyed, { agree }));
  expect(refusal.message).toMatch(/^Records of Account have been loaded into the target since/);
  expect(await orgs.target.records('Account')).toHaveLength(3);
  const { totals } = await startCopy(
    await orgs.plan(keyed, { resultsDir: join(orgs.folder, 'again') }),
    follow(),
    orgs.contexts,
  );
  expect(totals).toMatchObject({ successful: 3 });
  expect(await orgs.target.records('Account')).toHaveLength(3);
});
