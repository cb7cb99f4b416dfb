import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { resumeCopy, startCopy } from '../../../src/lib/copy/copy.js';
import {
  follow,
  accounts,
  contacts,
  copyOrgs,
  edit,
  failedFile,
  failing,
  links,
  tasks,
  type CopyOrgs,
} from '../../support/copy-orgs.ts';
import { failureOf } from '../../support/failure-of.ts';
import { mortalStore, ProcessEnded } from '../../support/mortal-store.ts';
import { sampled } from '../../support/sampled.ts';

describe('a process that ends in the middle', () => {
  const plan = { objects: [{ object: 'Task' }, { object: 'Contact' }, { object: 'Account' }] };
  const records = { Account: accounts(6), Contact: contacts(12, 6), Task: tasks(12) };

  async function appends(): Promise<number> {
    const orgs = await copyOrgs(records);
    const store = mortalStore(orgs.contexts.target.store);
    await startCopy(await orgs.plan(plan), follow(), withStore(orgs, store));
    return store.appended;
  }

  test('leaves a copy that is resumed to its end, wherever it was; no record is doubled', async () => {
    const total = await appends();
    expect(total).toBeGreaterThan(40);
    const moments = Array.from({ length: total - 1 }, (_, index) => index + 2);
    const cases = moments.flatMap((nth) => (['before', 'after'] as const).map((when) => ({ nth, when })));
    for (const { nth, when } of sampled(cases, 29)) {
      const orgs = await copyOrgs(records);
      const store = mortalStore(orgs.contexts.target.store, nth, when);
      const failure = await failureOf(startCopy(await orgs.plan(plan), follow(), withStore(orgs, store)));
      expect(failure, `${when} ${nth}`).toBeInstanceOf(ProcessEnded);
      const run = (await orgs.contexts.target.store.list()).find(
        ({ records: [first] }) => first?.type === 'copy',
      );
      const status = await resumeCopy(run as { runId: string }, follow(), orgs.contexts);
      expect(status.totals, `${when} ${nth}`).toMatchObject({ sent: 30, successful: 30 });
      for (const [object, count] of [
        ['Account', 6],
        ['Contact', 12],
        ['Task', 12],
      ] as const)
        expect(await orgs.target.records(object), `${when} ${nth}`).toHaveLength(count);
      expect(await links(orgs.target, 'Contact', 'AccountId', 'Account')).toEqual(
        await links(orgs.source, 'Contact', 'AccountId', 'Account'),
      );
    }
  }, 600_000);

  test('leaves a retry that sends what the files had when it began, whatever became of them since', async () => {
    const retrying = { ...follow(), isRetry: true };
    const failed = async () => {
      const orgs = await copyOrgs(records);
      await orgs.target.faults.add(failing('Name', ['Account 3']));
      const status = await orgs.copy(plan);
      await edit(failedFile(status), (text) => text.replace('Account 3', 'Three'));
      return { orgs, status };
    };
    const whole = await failed();
    const counting = mortalStore(whole.orgs.contexts.target.store);
    await resumeCopy(whole.status, retrying, withStore(whole.orgs, counting));
    const moments = Array.from({ length: counting.appended - 1 }, (_, index) => index + 1);
    for (const nth of sampled(moments, 11)) {
      const { orgs, status } = await failed();
      const store = mortalStore(orgs.contexts.target.store, nth);
      expect(await failureOf(resumeCopy(status, retrying, withStore(orgs, store)))).toBeInstanceOf(
        ProcessEnded,
      );
      await rm(failedFile(status));
      const after = await resumeCopy(status, follow(), orgs.contexts);
      expect(after.totals, `after ${nth}`).toMatchObject({ successful: 30, failed: 0, held: 0 });
      const parents = await links(orgs.target, 'Contact', 'AccountId', 'Account');
      expect(parents, `after ${nth}`).toMatchObject({ 'Contact 3': 'Three', 'Contact 9': 'Three' });
      expect(Object.keys(parents)).toHaveLength(12);
    }
  }, 600_000);

  function withStore({ contexts: { source, target } }: CopyOrgs, store: ReturnType<typeof mortalStore>) {
    return { source: { ...source, store }, target: { ...target, store } };
  }
});
