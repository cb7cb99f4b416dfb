import { expect, test } from 'vitest';
import { startCopy } from '../../../../src/lib/copy/copy.js';
import { accounts, contacts, copyOrgs, follow, links } from '../../../support/copy-orgs.ts';

test('a record that is moved to a new parent between two exports has a parent in the target', async () => {
  const orgs = await copyOrgs({ Account: accounts(2), Contact: contacts(2, 2) });
  const plan = await orgs.plan(
    { objects: [{ object: 'Account' }, { object: 'Contact' }] },
    { concurrency: 1 },
  );
  const action = { kind: 'hold', when: 'before' } as const;
  const hold = await orgs.source.faults.add({ endpoint: 'query.process', nth: 2, action });
  const copied = startCopy(plan, follow(), orgs.contexts);
  await hold.hit();
  const save = (operation: 'insert' | 'update', object: string, record: Record<string, string>) =>
    orgs.source.database.save({ operation, object, source: 'json', records: [record] });
  const [created] = save('insert', 'Account', { Name: 'New' });
  const [first] = await orgs.source.records('Contact');
  save('update', 'Contact', { Id: String(first?.Id), AccountId: String(created?.id) });
  await hold.release();
  const status = await copied;
  expect(status.surveys.map(({ cleared }) => cleared)).toEqual([{}, {}]);
  const parents = await links(orgs.target, 'Contact', 'AccountId', 'Account');
  expect(Object.values(parents)).not.toContain(null);
  expect(Object.keys(parents)).toHaveLength(2);
});
