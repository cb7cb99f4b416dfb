import { describe, expect, test } from 'vitest';
import { resumeCopy, startCopy } from '../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../src/lib/copy/events.js';
import { Events } from '../../../src/lib/events.js';
import { accounts, contacts, copyOrgs, links, tasks, type CopyOrgs } from '../../support/copy-orgs.ts';
import { failureOf } from '../../support/failure-of.ts';
import { mortalStore, ProcessEnded } from '../../support/mortal-store.ts';
import { sampled } from '../../support/sampled.ts';

const follow = () => ({ events: new Events<CopyEvents>() });

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

  function withStore({ contexts: { source, target } }: CopyOrgs, store: ReturnType<typeof mortalStore>) {
    return { source: { ...source, store }, target: { ...target, store } };
  }
});
