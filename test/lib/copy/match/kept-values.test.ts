import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCopy } from '../../../../src/lib/copy/copy.js';
import type { CopyPlan } from '../../../../src/lib/run/copy-record.js';
import type { CopyOrgs } from '../../../support/copy-orgs.ts';
import { follow, links } from '../../../support/copy-orgs.ts';
import { detail, detailOrgs } from '../../../support/detail-orgs.ts';

const byName = [
  { object: 'Master__c', key: ['Name'] },
  { object: 'Detail__c', key: ['Name'] },
];
const byKey = byName.map((each) => ({ ...each, key: ['Key__c'] }));

let runs = 0;

async function copied(orgs: CopyOrgs, objects = byName, more: Partial<CopyPlan> = {}) {
  const resultsDir = join(orgs.folder, `results-${runs++}`);
  return startCopy(await orgs.plan({ objects }, { resultsDir, ...more }), follow(), orgs.contexts);
}

/** The source has another record in the place of the first detail, as the keys see it. */
function replaced(orgs: CopyOrgs, ofMaster: number, more: Readonly<Record<string, string>>): void {
  const [first] = orgs.source.database.save({
    operation: 'delete',
    object: 'Detail__c',
    source: 'json',
    records: [{ Id: detail(1, 1).Id }],
  });
  expect(first?.success).toBe(true);
  orgs.source.database.load('Detail__c', [{ ...detail(1, ofMaster, more), Id: detail(7, 1).Id }]);
}

test.each([
  ['another master', 2, {}],
  ['another value', 1, { Once__c: 'twice' }],
  ['no value', 1, { Once__c: '' }],
] as const)('a matched record that keeps its master and values is told: %s', async (_, ofMaster, more) => {
  const orgs = await detailOrgs();
  expect((await copied(orgs)).surveys.map(({ kept }) => kept)).toEqual([undefined, 0]);
  expect((await copied(orgs)).surveys.map(({ kept }) => kept)).toEqual([undefined, 0]);
  replaced(orgs, ofMaster, { Note__c: 'new', ...more });
  const { surveys, totals } = await copied(orgs);
  expect(surveys[1]).toMatchObject({ updates: [2], kept: 1 });
  expect(totals).toMatchObject({ successful: 4, failed: 0 });
  const kept = (await orgs.target.records('Detail__c')).find(({ Name }) => Name === 'D1');
  expect(kept).toMatchObject({ Once__c: 'once', Note__c: 'new' });
  expect(await links(orgs.target, 'Detail__c', 'Master__c', 'Master__c')).toEqual({ D1: 'M1', D2: 'M2' });
});

test('records with a field that only new ones take are updated by an external id, too', async () => {
  const orgs = await detailOrgs();
  const [first, second] = [await copied(orgs, byKey), await copied(orgs, byKey)];
  expect(first.plan.objects.map(({ key }) => key?.field)).toEqual(['Key__c', undefined]);
  expect(second.totals).toMatchObject({ successful: 4, failed: 0, held: 0 });
  // Which master is which is known to the target alone; so the values are compared without it.
  expect(second.plan.objects[1]?.match?.kept?.map(({ field }) => field)).toEqual(['Once__c']);
  expect(second.surveys[1]?.kept).toBe(0);
  expect(await orgs.target.records('Detail__c')).toHaveLength(2);
});

test('with known ids the masters are known, and compared', async () => {
  const orgs = await detailOrgs();
  const { plan } = await copied(orgs, byKey);
  replaced(orgs, 2, {});
  const { surveys } = await copied(orgs, byKey, { knownIds: [plan.resultsDir] });
  expect(surveys[1]).toMatchObject({ updates: [2], kept: 1 });
});
