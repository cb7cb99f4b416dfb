import { expect, test } from 'vitest';
import type { DescribeField, SObjectDescribe } from '../../../../src/lib/api/types.js';
import { startCopy } from '../../../../src/lib/copy/copy.js';
import { defaultedFields } from '../../../../src/lib/copy/plan/planned-defaults.js';
import type { ObjectPlan } from '../../../../src/lib/copy/plan/plan-file.js';
import { FieldIndex } from '../../../../src/lib/describe/field-index.js';
import { copyFiles, filesIn } from '../../../support/copy-files.ts';
import { copyOrgs, follow, id, type CopyOrgs } from '../../../support/copy-orgs.ts';

const shipment = (number: number, Status__c: string | null) => ({
  Id: id('a00', number),
  Name: `S${number}`,
  Tracking_Number__c: `T${number}`,
  Status__c,
});

/** A shipment without a status, for which the target has a default, and one with it. */
const orgsWithEmpty = (): Promise<CopyOrgs> =>
  copyOrgs({ Shipment__c: [shipment(1, null), shipment(2, 'Delivered')] });

async function statusesIn(orgs: CopyOrgs): Promise<Record<string, unknown>> {
  const records = await orgs.target.records('Shipment__c');
  return Object.fromEntries(records.map(({ Name, Status__c }) => [String(Name), Status__c]));
}

test.each<readonly [string, Partial<ObjectPlan>]>([
  ['without a key', {}],
  ['by a key that is matched here', { key: ['Name'] }],
  ['by a key that the target matches', { key: ['Tracking_Number__c'] }],
])('an empty field of an org is empty in a new record, also where it has a default: %s', async (_, plan) => {
  const orgs = await orgsWithEmpty();
  const { totals } = await orgs.copy({ objects: [{ object: 'Shipment__c', ...plan }] });
  expect(totals).toMatchObject({ successful: 2, failed: 0, held: 0 });
  expect(await statusesIn(orgs)).toEqual({ S1: null, S2: 'Delivered' });
});

test.each<readonly [string, Partial<ObjectPlan>]>([
  ['a value that is replaced by nothing', { values: { Status__c: { Delivered: '' } } }],
  ['a template without a value', { set: { Status__c: '${Notes__c}' } }],
  ['a field that the plan clears', { set: { Status__c: '' } }],
  ['a mask that clears', { mask: { Status__c: 'clear' } }],
])('so is %s', async (_, plan) => {
  const orgs = await orgsWithEmpty();
  await orgs.copy({ objects: [{ object: 'Shipment__c', ...plan }] });
  expect(await statusesIn(orgs)).toEqual({ S1: null, S2: null });
});

test('an empty cell of a file leaves a new record its default, as with a load; what clears does so', async () => {
  const orgs = await copyOrgs({});
  await filesIn(orgs, { 'shipments.csv': 'Name,Status__c\nEmpty,\nCleared,#N/A\nReplaced,Gone\n' });
  const yaml = `version: 1
objects:
  - object: Shipment__c
    file: shipments.csv
    values: { Status__c: { Gone: '' } }
`;
  await copyFiles(orgs, yaml);
  expect(await statusesIn(orgs)).toEqual({ Empty: 'Draft', Cleared: null, Replaced: null });
});

test('a copy that an older version has begun sends what that would have sent', async () => {
  const orgs = await orgsWithEmpty();
  const { objects, ...plan } = await orgs.plan({ objects: [{ object: 'Shipment__c' }] });
  expect(objects[0]?.defaulted).toEqual(['Name', 'Status__c']);
  const older = { ...plan, isAgreed: false, objects: objects.map(({ defaulted: _, ...each }) => each) };
  await startCopy(older, follow(), orgs.contexts);
  expect(await statusesIn(orgs)).toEqual({ S1: 'Draft', S2: 'Delivered' });
});

test.each<readonly [boolean, Partial<DescribeField>]>([
  [true, { defaultedOnCreate: true }],
  [true, { defaultValue: 'x' }],
  [true, { defaultValue: 0 }],
  [true, { defaultValueFormula: '"x"' }],
  [true, { picklistValues: [{ value: 'x', active: true, defaultValue: true }] }],
  [false, {}],
  [false, { defaultValue: null, defaultValueFormula: null, picklistValues: [{ value: 'x', active: true }] }],
  [false, { defaultedOnCreate: true, nillable: false }],
  [false, { defaultedOnCreate: true, createable: false }],
])('it is said of a field that it is empty (%s) where describe has %o', (isSaid, field) => {
  const describe = {
    name: 'O',
    fields: [{ name: 'F', createable: true, nillable: true, relationshipName: null, ...field }],
  };
  const target = new FieldIndex(describe as unknown as SObjectDescribe);
  expect(defaultedFields({ fields: ['F'], lookups: [], set: {} }, target)).toEqual(isSaid ? ['F'] : []);
});
