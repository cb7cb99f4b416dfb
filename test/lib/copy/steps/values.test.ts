import { expect, test } from 'vitest';
import { startCopy } from '../../../../src/lib/copy/copy.js';
import type { ObjectPlan } from '../../../../src/lib/copy/plan/plan-file.js';
import { copyFiles, filesIn } from '../../../support/copy-files.ts';
import { copyOrgs, follow, id } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

const orgsWith = (object: string, values: ReadonlyArray<Record<string, string>>) =>
  copyOrgs({
    [object]: values.map((each, index) => ({
      Id: id(object === 'Account' ? '001' : 'a00', index),
      Name: `R ${index}`,
      ...each,
    })),
  });

test('values that the plan names are replaced, and all others are sent as they are', async () => {
  const orgs = await orgsWith('Account', [
    { Industry: 'Energie', Site: 'a, "b"' },
    { Industry: 'Energy', Site: 'x' },
    { Industry: 'energie' },
  ]);
  const values = { industry: { Energie: 'Energy' }, Site: { 'a, "b"': 'two\nlines, "quoted"', x: '' } };
  await orgs.copy({ objects: [{ object: 'Account', values }] });
  const found = await orgs.target.records('Account');
  const byName = new Map(found.map(({ Name, Industry, Site }) => [Name, [Industry, Site]]));
  expect(Object.fromEntries(byName)).toEqual({
    'R 0': ['Energy', 'two\nlines, "quoted"'],
    'R 1': ['Energy', null],
    'R 2': ['energie', null],
  });
});

test('of several choices each one is replaced', async () => {
  const orgs = await orgsWith('Shipment__c', [{ Handling__c: 'Cold;Upright' }, { Handling__c: 'Upright' }]);
  const values = { Handling__c: { Cold: 'Upright' } };
  await orgs.copy({ objects: [{ object: 'Shipment__c', fields: ['Handling__c'], values }] });
  const found = await orgs.target.records('Shipment__c');
  expect(found.map(({ Handling__c }) => Handling__c)).toEqual(['Upright', 'Upright']);
});

test.each(['External_Id__c', 'Name'])(
  'an empty value clears the field of a record that is there, by %s',
  async (key) => {
    const orgs = await copyOrgs({});
    orgs.target.database.load('Account', [
      { Name: 'One', External_Id__c: 'One', Site: 'old', Industry: 'Energy' },
      { Name: 'Two', External_Id__c: 'Two', Site: 'old', Industry: 'Energy' },
    ]);
    const csv = 'External_Id__c,Name,Site,Industry\nOne,One,x,\nTwo,Two,y,Food\n';
    await filesIn(orgs, { 'accounts.csv': csv });
    await copyFiles(
      orgs,
      `version: 1\nobjects:\n  - object: Account\n    file: accounts.csv\n    key: ${key}\n    values: { Site: { x: '' }, Industry: { '': Food, Food: '' } }\n`,
    );
    const found = await orgs.target.records('Account');
    expect(found.map(({ Site, Industry }) => [Site, Industry])).toEqual([
      [null, 'Food'],
      ['y', null],
    ]);
  },
);

test('semicolons of a text separate nothing', async () => {
  const orgs = await orgsWith('Account', [
    { Site: 'red;red; blue;;' },
    { Site: 'red' },
    { Site: 'red;blue' },
    { Industry: 'a;b' },
  ]);
  const values = { Site: { red: 'green', 'red;blue': 'both' }, Industry: { a: 'c' } };
  await orgs.copy({ objects: [{ object: 'Account', fields: ['Name', 'Site', 'Industry'], values }] });
  const found = await orgs.target.records('Account');
  expect(found.map(({ Site, Industry }) => Site ?? Industry).toSorted()).toEqual([
    'a;b',
    'both',
    'green',
    'red;red; blue;;',
  ]);
});

test('a copy that an older build began replaces choices of any field, as it said then', async () => {
  const orgs = await orgsWith('Account', [{ Site: 'red;blue' }]);
  const values = { Site: { red: 'green' } };
  const plan = await orgs.plan({ objects: [{ object: 'Account', fields: ['Name', 'Site'], values }] });
  expect(plan.objects[0]).toMatchObject({ values, choices: [] });
  const older = plan.objects.map(({ choices: _, ...object }) => object);
  await startCopy({ ...plan, objects: older }, follow(), orgs.contexts);
  expect((await orgs.target.records('Account')).map(({ Site }) => Site)).toEqual(['green;blue']);
});

test('values of what is not sent as it is refuse the plan', async () => {
  const orgs = await orgsWith('Account', []);
  const refusal = async (more: Partial<ObjectPlan>) =>
    (await failureOf(orgs.copy({ objects: [{ object: 'Account', ...more }] }))).message;
  expect(await refusal({ values: { Industri: { a: 'b' } } })).toBe(
    'Account: "values" takes fields that are sent as they are, and Industri isn\'t one.',
  );
  expect(await refusal({ values: { External_Id__c: { a: 'b' } }, key: ['External_Id__c'] })).toBe(
    'Account: "values" can\'t be used for the key External_Id__c.',
  );
  expect(await refusal({ values: { RecordType: { a: 'b' } } })).toBe(
    'Account: "values" names record types, and RecordTypeId isn\'t sent.',
  );
  expect(await refusal({ values: { Name: { a: 'b', c: '' } } })).toBe(
    'Account: "values" can\'t clear Name, which must have a value in the target: name the value to send instead.',
  );
  const checkbox = { object: 'Contact', values: { DoNotCall: { true: '' } } };
  expect((await failureOf(orgs.copy({ objects: [checkbox] }))).message).toContain(
    'Contact: "values" can\'t clear DoNotCall',
  );
});
