import { expect, test } from 'vitest';
import type { DescribeField, SObjectDescribe } from '../../../../src/lib/api/types.js';
import { createdKeyProblems } from '../../../../src/lib/copy/plan/created-keys.js';
import type { ObjectPlan } from '../../../../src/lib/copy/plan/plan-file.js';
import { FieldIndex } from '../../../../src/lib/describe/field-index.js';
import { copyFiles, filesIn } from '../../../support/copy-files.ts';
import { copyOrgs } from '../../../support/copy-orgs.ts';
import { failureOf } from '../../../support/failure-of.ts';

const notSent = (field: string): string =>
  `the key ${field} isn't among the fields that are sent: the next copy`;

test.each<readonly [string, Omit<ObjectPlan, 'object'>]>([
  ['Site', { key: ['Site'], except: ['Site'] }],
  ['Site', { key: ['Site'], fields: ['Name'] }],
  ['Site', { key: ['Site'], fields: ['Name'], operation: 'insert' }],
  ['Site', { key: ['Name', 'Site'], fields: ['Name'] }],
  ['Site', { key: ['Site'], fields: ['Name'], set: { Description: '${Site}' } }],
  ['External_Id__c', { key: ['External_Id__c'], except: ['External_Id__c'] }],
])('a key of records that are created is refused where it is not sent: %s, %o', async (field, plan) => {
  const orgs = await copyOrgs({});
  const refusal = await failureOf(orgs.plan({ objects: [{ object: 'Account', ...plan }] }));
  expect(refusal.message).toContain(notSent(field));
});

test('so is one of a file', async () => {
  const orgs = await copyOrgs({});
  await filesIn(orgs, { 'accounts.csv': 'Name,Site\nA,S\n' });
  const yaml = 'version: 1\nobjects: [{ object: Account, file: accounts.csv, fields: [Name], key: Site }]';
  expect((await failureOf(copyFiles(orgs, yaml))).message).toContain(notSent('Site'));
});

test.each<Omit<ObjectPlan, 'object'>>([
  { key: ['Site'], fields: ['Name'], operation: 'update' },
  { key: ['Site'], fields: ['Name'], operation: 'reference' },
  { key: ['Site'], fields: ['name', 'site'] },
  { key: ['Site'], fields: ['Name'], set: { Site: '${Id}' } },
])('it need not be sent where nothing is created, and may be set: %o', async (plan) => {
  const orgs = await copyOrgs({});
  const { objects } = await orgs.plan({ objects: [{ object: 'Account', ...plan }] });
  expect(objects[0]?.match?.fields).toMatchObject([{ field: 'Site' }]);
});

test('a number that each org gives itself is no key of records that are created, and one of others', async () => {
  const orgs = await copyOrgs({});
  const byNumber = { object: 'Case', key: ['CaseNumber'] };
  expect((await failureOf(orgs.plan({ objects: [byNumber] }))).message).toContain(
    'Case: the key CaseNumber has other values in each org: the next copy would create the same records again. Use another key, or "operation: update" or "reference"',
  );
  const { objects } = await orgs.plan({ objects: [{ ...byNumber, operation: 'update' }] });
  expect(objects[0]?.match?.fields).toMatchObject([{ field: 'CaseNumber' }]);
});

test('a name that is made of parts is a key where these are sent', async () => {
  const orgs = await copyOrgs({});
  const object = { object: 'Lead', key: ['Name'] };
  const without = orgs.plan({ objects: [{ ...object, except: ['FirstName'] }] });
  expect((await failureOf(without)).message).toContain(
    "the key Name is made of FirstName, which isn't among the fields that are sent",
  );
  const { objects } = await orgs.plan({ objects: [{ ...object, except: ['Salutation'] }] });
  expect(objects[0]?.match?.fields).toMatchObject([{ field: 'Name' }]);
});

const field = (name: string, more: Partial<DescribeField> = {}) => ({
  name,
  type: 'string',
  custom: true,
  createable: true,
  relationshipName: null,
  ...more,
});
const formula = (name: string, calculatedFormula: string | null) =>
  field(name, { createable: false, calculated: true, calculatedFormula });
const describe = {
  name: 'O__c',
  fields: [
    field('Id', { type: 'id', createable: false, custom: false }),
    field('Sent__c'),
    field('Unsent__c'),
    field('Parent__c', { type: 'reference', relationshipName: 'Parent__r' }),
    field('Other__c', { type: 'reference', relationshipName: 'Other__r' }),
    field('Number__c', { createable: false, autoNumber: true }),
    field('ReadOnly__c', { createable: false }),
    field('ProductCode', { createable: false, custom: false }),
    field('CreatedDate', { createable: false, custom: false, type: 'datetime' }),
    formula('OfSent__c', 'UPPER(Sent__c) & "Unsent__c" & Parent__r.Unsent__c /* Id */ & $User.Unsent__c'),
    formula('OfUnsent__c', 'sent__c & unsent__c'),
    formula('OfOther__c', 'Other__r.Name'),
    formula('OfId__c', 'CASESAFEID(Id)'),
    formula('OfFormula__c', 'OfFormula__c & OfId__c'),
    formula('Hidden__c', null),
  ],
} as unknown as SObjectDescribe;

test.each([
  ['Sent__c', undefined],
  ['Unsent__c', "isn't among the fields that are sent"],
  ['Number__c', 'has other values in each org'],
  ['CreatedDate', 'has other values in each org'],
  ['ReadOnly__c', "can't be written in the target"],
  ['ProductCode', undefined],
  ['Id', undefined],
  ['OfSent__c', undefined],
  ['OfUnsent__c', "is made of Unsent__c, which isn't among the fields that are sent"],
  ['OfOther__c', "is made of Other__c, which isn't among the fields that are sent"],
  ['OfId__c', 'is made of Id, which has other values in each org'],
  ['OfFormula__c', 'is made of OfId__c, which is made of Id, which has other values in each org'],
  ['Hidden__c', undefined],
] as const)('new records get the key %s: %s', (name, why) => {
  const index = new FieldIndex(describe);
  const match = { fields: [{ field: name, compare: 'exact' as const }], soql: '' };
  const key = { operation: 'upsert', match, fields: [] } as const;
  const problems = createdKeyProblems(key, { source: index, target: index, sent: ['sent__c', 'Parent__c'] });
  expect(problems).toEqual(
    why === undefined ? [] : [expect.stringContaining(`the key ${name} ${why}: the next`)],
  );
});
