import type { IngestOperation, SObjectDescribe } from '../../../src/lib/api/types.js';
import type { LoadRequest } from '../../../src/lib/load/model/request.js';
import { fakeField, fakeObject, lookup } from '../../lib/describe/fake-describe.ts';

/** An input as people really have it, and how it is loaded. */
export type OddInput = {
  /** What is odd about it. */
  readonly what: string;
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** The file is given twice. */
  readonly isGivenTwice?: boolean;
  /** Default: insert. */
  readonly operation?: IngestOperation;
  /** As they are typed, where there are some, and what they make of the request. */
  readonly flags?: string;
  readonly request?: Partial<LoadRequest>;
  /** Default: {@link account}. */
  readonly object?: SObjectDescribe;
};

/** The object that the inputs go into. */
export const account: SObjectDescribe = {
  ...fakeObject('Account', '001', [
    fakeField('Name', { label: 'Account Name', nillable: false }),
    fakeField('Ext__c', { externalId: true, idLookup: true, length: 20 }),
    fakeField('Phone', { type: 'phone', length: 40 }),
    fakeField('Site', { length: 10 }),
    fakeField('Active__c', { type: 'boolean', nillable: false, defaultedOnCreate: true }),
    fakeField('Employees__c', { type: 'int' }),
    fakeField('Revenue__c', { type: 'currency', precision: 18, scale: 2 }),
    fakeField('Founded__c', { type: 'date' }),
    fakeField('Seen__c', { type: 'datetime' }),
    fakeField('Kind__c', {
      type: 'picklist',
      restrictedPicklist: true,
      picklistValues: [
        { value: 'Customer', active: true },
        { value: 'Partner', active: true },
      ],
    }),
    fakeField('Made__c', { createable: false, updateable: false }),
    lookup('ParentId', 'Parent', ['Account']),
    { ...lookup('OwnerId', 'Owner', ['User', 'Group']), nillable: false, defaultedOnCreate: true },
  ]),
  childRelationships: [{ relationshipName: 'Contacts', childSObject: 'Contact' }],
};

/** The same where persons are accounts too. */
export const personAccount: SObjectDescribe = {
  ...account,
  fields: [
    ...account.fields,
    fakeField('LastName'),
    fakeField('IsPersonAccount', { type: 'boolean', createable: false }),
  ],
};

export const attachment = fakeObject('Attachment', '00P', [
  fakeField('Name', { nillable: false }),
  fakeField('Body', { type: 'base64', nillable: false }),
]);
