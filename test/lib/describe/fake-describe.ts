import type { DescribeField, SObjectDescribe } from '../../../src/lib/api/types.js';

/** A field as describe tells it: writable, optional text of 255 characters unless said otherwise. */
export function fakeField(name: string, more: Partial<DescribeField> = {}): DescribeField {
  return {
    name,
    label: name,
    type: 'string',
    length: 255,
    custom: name.endsWith('__c'),
    createable: true,
    updateable: true,
    nillable: true,
    defaultedOnCreate: false,
    externalId: false,
    idLookup: false,
    relationshipName: null,
    referenceTo: [],
    ...more,
  };
}

export function lookup(
  name: string,
  relationshipName: string,
  referenceTo: readonly string[],
): DescribeField {
  return fakeField(name, { type: 'reference', length: 18, relationshipName, referenceTo });
}

export function fakeObject(
  name: string,
  keyPrefix: string,
  fields: readonly DescribeField[],
): SObjectDescribe {
  const id = fakeField('Id', {
    type: 'id',
    length: 18,
    createable: false,
    updateable: false,
    nillable: false,
    defaultedOnCreate: true,
    idLookup: true,
  });
  return { name, label: name, keyPrefix, fields: [id, ...fields] };
}

const readOnly = { createable: false, updateable: false } as const;

export const account = fakeObject('Account', '001', [
  fakeField('Name', { label: 'Account Name', nillable: false }),
  fakeField('AccountNumber', { length: 40 }),
  fakeField('BillingCity', { length: 40, compoundFieldName: 'BillingAddress' }),
  fakeField('BillingStreet', { type: 'textarea', compoundFieldName: 'BillingAddress' }),
  fakeField('BillingAddress', { type: 'address', ...readOnly }),
  lookup('ParentId', 'Parent', ['Account']),
  { ...lookup('OwnerId', 'Owner', ['User', 'Group']), nillable: false, defaultedOnCreate: true },
  fakeField('CreatedDate', { type: 'datetime', ...readOnly, nillable: false, defaultedOnCreate: true }),
  fakeField('Ext__c', { externalId: true, idLookup: true, length: 20 }),
]);

export const contact = fakeObject('Contact', '003', [
  fakeField('LastName', { nillable: false, length: 80 }),
  fakeField('Email', { type: 'email', length: 80, idLookup: true }),
  lookup('AccountId', 'Account', ['Account']),
  lookup('Mother__c', 'Mother__r', ['Contact']),
  { ...lookup('Company__c', 'Company__r', ['Account']), nillable: false, updateable: false },
  fakeField('Ext__c', { externalId: true, idLookup: true }),
  fakeField('Old_Ext__c', { externalId: true, idLookup: true }),
  fakeField('Photo__c', { type: 'base64' }),
]);

export const task = fakeObject('Task', '00T', [
  fakeField('Subject'),
  lookup('WhoId', 'Who', ['Contact', 'Lead']),
]);

const objects = new Map([account, contact, task].map((object) => [object.name, object]));

export function describeOf(object: string): Promise<SObjectDescribe | undefined> {
  return Promise.resolve(objects.get(object));
}
