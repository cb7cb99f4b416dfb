import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resumeCopy, startCopy } from '../../../src/lib/copy/copy.js';
import { UsageError } from '../../../src/lib/errors.js';
import { follow, accounts, copyOrgs, type CopyOrgs } from '../../support/copy-orgs.ts';
import { failureOf } from '../../support/failure-of.ts';
import { mortalStore, ProcessEnded } from '../../support/mortal-store.ts';

const plan = { objects: [{ object: 'Account' }] };

/** A copy whose process ends just before it has finished, in another org with the same records first, to know when that is. */
async function interrupted(orgs: CopyOrgs): Promise<void> {
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
  const refusal = await failureOf<UsageError>(startCopy(await orgs.plan(plan), follow(), orgs.contexts));
  expect(refusal).toBeInstanceOf(UsageError);
  const runId = String(refusal.data.runId);
  expect(refusal.actions).toEqual([
    `Resume it: sf bulk2 job resume --id ${runId}`,
    expect.stringContaining(`sf bulk2 job abort --id ${runId}`),
  ]);
  await resumeCopy({ runId }, follow(), orgs.contexts);
  expect(await orgs.target.records('Account')).toHaveLength(3);
});

test('of two copies that begin at the same moment one creates the records', async () => {
  const orgs = await copyOrgs({ Account: accounts(3) });
  const copies = await Promise.allSettled(
    ['one', 'two'].map(async (name) =>
      startCopy(await orgs.plan(plan, { resultsDir: join(orgs.folder, name) }), follow(), orgs.contexts),
    ),
  );
  const failed = copies.filter(({ status }) => status === 'rejected');
  const created = await orgs.target.records('Account');
  // The second one may have begun once the first had ended, as anybody may who asks for it.
  expect(created).toHaveLength(failed.length === 1 ? 3 : 6);
});
