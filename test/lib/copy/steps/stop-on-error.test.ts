import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resumeCopy, startCopy } from '../../../../src/lib/copy/copy.js';
import { hasLeftRows, passedOver } from '../../../../src/lib/copy/model/status.js';
import {
  follow,
  accounts,
  contacts,
  copyOrgs,
  failing,
  links,
  shipments,
  tasks,
} from '../../../support/copy-orgs.ts';

const objects = [{ object: 'Task' }, { object: 'Contact' }, { object: 'Account' }];

test('a copy that stops on errors begins no step after one with failed records; each retry goes on with the next ones', async () => {
  const orgs = await copyOrgs({ Account: accounts(10), Contact: contacts(40, 10), Task: tasks(40) });
  await orgs.target.faults.add(failing('Name', ['Account 3']));
  const plan = await orgs.plan({ objects }, { stopsOnError: true });
  const first = await startCopy(plan, follow(), orgs.contexts);
  expect(first.steps.map(({ object, counts }) => [object, counts?.successful, counts?.unprocessed])).toEqual([
    ['Account', 9, 0],
    ['Contact', 0, 40],
    ['Task', 0, 40],
  ]);
  expect(hasLeftRows(first)).toBe(true);
  expect(passedOver(first)).toBe(80);
  expect(await orgs.target.records('Contact')).toEqual([]);

  await orgs.target.faults.clear();
  await orgs.target.faults.add(failing('LastName', ['Contact 7']));
  const again = { ...follow(), isRetry: true };
  const second = await resumeCopy(first, again, orgs.contexts);
  expect(second.steps.map(({ object, counts }) => [object, counts?.successful, counts?.unprocessed])).toEqual(
    [
      ['Account', 10, 0],
      ['Contact', 39, 0],
      ['Task', 0, 40],
    ],
  );

  await orgs.target.faults.clear();
  const third = await resumeCopy(first, { ...follow(), isRetry: true }, orgs.contexts);
  expect(third.totals).toEqual({ sent: 90, successful: 90, failed: 0, unprocessed: 0, held: 0 });
  expect(await links(orgs.target, 'Task', 'WhoId', 'Contact')).toEqual(
    await links(orgs.source, 'Task', 'WhoId', 'Contact'),
  );
});

test('a copy that stops on errors in its last step has passed nothing over; before an update at the end, its records', async () => {
  const orgs = await copyOrgs({ Account: accounts(10), Shipment__c: shipments([null, 2, 1]) });
  await orgs.target.faults.add(failing('Name', ['Account 3', 'Shipment 0']));
  const copy = async (object: string) => {
    const resultsDir = join(orgs.folder, object);
    const plan = await orgs.plan({ objects: [{ object }] }, { stopsOnError: true, resultsDir });
    return startCopy(plan, follow(), orgs.contexts);
  };
  const last = await copy('Account');
  expect([hasLeftRows(last), passedOver(last)]).toEqual([true, 0]);
  const before = await copy('Shipment__c');
  expect([before.totals.failed, passedOver(before)]).toEqual([1, 2]);
});
