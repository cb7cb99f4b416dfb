import { expect, test } from 'vitest';
import { resumeCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import { Events } from '../../../../src/lib/events.js';
import { copyCircle, copyOrgs, links, shipments } from '../../../support/copy-orgs.ts';

test('a record whose lookup could not be filled at the end counts as failed, and once, until a retry fills it', async () => {
  const { orgs, status } = await copyCircle([1, 0, null]);
  expect(status.totals).toEqual({ sent: 3, successful: 2, failed: 1, unprocessed: 0, held: 0 });
  const { runId } = status;
  const after = await resumeCopy(
    { runId },
    { events: new Events<CopyEvents>(), isRetry: true },
    orgs.contexts,
  );
  expect(after.totals).toEqual({ sent: 3, successful: 3, failed: 0, unprocessed: 0, held: 0 });
});

test('records that are left alone are not updated at the end either', async () => {
  const orgs = await copyOrgs({ Shipment__c: shipments([1, 0, null]) });
  orgs.target.database.load('Shipment__c', [{ Id: 'a00Tg0000000001', Name: 'Shipment 0' }]);
  const status = await orgs.copy({
    objects: [{ object: 'Shipment__c', operation: 'insert', key: ['Name'] }],
  });
  expect(status.totals).toMatchObject({ successful: 2, failed: 0 });
  expect(await links(orgs.target, 'Shipment__c', 'Part_Of__c', 'Shipment__c')).toEqual({
    'Shipment 0': null,
    'Shipment 1': 'Shipment 0',
    'Shipment 2': null,
  });
});
