import { expect, test } from 'vitest';
import type { CopyEvents } from '../../../../src/lib/copy/model/events.js';
import type { ObjectPlan } from '../../../../src/lib/copy/plan/plan-file.js';
import { Events } from '../../../../src/lib/events.js';
import { copyOrgs, id } from '../../../support/copy-orgs.ts';

/** What a copy of three shipments warns of. */
async function warningsOf(plan: Omit<ObjectPlan, 'object'>): Promise<string[]> {
  const fields: Array<Record<string, string>> = [
    { Carrier_Key__c: 'src', Handling__c: 'Cold;Upright' },
    { Carrier_Key__c: 'b' },
    {},
  ];
  const shipments = fields.map((each, index) => ({ Id: id('a00', index), Name: `S ${index}`, ...each }));
  const orgs = await copyOrgs({ Shipment__c: shipments });
  const events = new Events<CopyEvents>();
  const warnings: string[] = [];
  events.on('warning', (text) => warnings.push(text));
  await orgs.copy({ objects: [{ object: 'Shipment__c', ...plan }] }, { events });
  return warnings;
}

test('values of the plan that no record has are named before anything is sent', async () => {
  const values = {
    Carrier_Key__c: { SRC: 'x', src: 'y', '': 'z' },
    Handling__c: { Cold: 'Upright', Colt: 'Cold' },
  };
  expect(await warningsOf({ values })).toEqual([
    'No record of Shipment__c has these of the values that the plan replaces: Carrier_Key__c "SRC"; Handling__c "Colt". Upper and lower case count.',
  ]);
});

test('of many such values some are named', async () => {
  const replaced = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`v${index}`, 'x']));
  const [text] = await warningsOf({ values: { Carrier_Key__c: replaced } });
  expect(text).toContain('Carrier_Key__c "v0", "v1", "v2", "v3", "v4" (and 3 more). ');
});

test('nothing is said of values that records have, or where only some records are copied', async () => {
  expect(await warningsOf({ values: { Carrier_Key__c: { src: 'x', b: 'y' } } })).toEqual([]);
  expect(await warningsOf({ where: "Name = 'S 0'", values: { Carrier_Key__c: { b: 'y' } } })).toEqual([]);
});
