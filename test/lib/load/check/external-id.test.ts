import { expect, test } from 'vitest';
import { UsageError } from '../../../../src/lib/errors.js';
import { chooseExternalId } from '../../../../src/lib/load/check/external-id.js';
import { account, contact, task } from '../../describe/fake-describe.ts';

test.each([
  ['Id wins', contact, ['Ext__c', 'id'], 'Id'],
  ['the only external id there is', account, ['Name', 'ext__c'], 'Ext__c'],
  ['the only one of several that is a column', contact, ['LastName', 'Old_Ext__c'], 'Old_Ext__c'],
])('an upsert without --external-id: %s', (_, object, columns, chosen) => {
  expect(chooseExternalId(object, columns)).toBe(chosen);
});

test('several external-id columns are for the user to choose from', () => {
  const choose = () => chooseExternalId(contact, ['Ext__c', 'Old_Ext__c']);
  expect(choose).toThrow(UsageError);
  expect(choose).toThrow('several external-id columns: Ext__c, Old_Ext__c');
});

test.each([
  ['lists the external-id fields when no column is one', contact, 'Ext__c, Old_Ext__c'],
  ['says when the object has none', task, 'no external-id fields'],
])('%s', (_, object, text) => {
  try {
    chooseExternalId(object, ['Name', 'Email']);
    expect.unreachable();
  } catch (error) {
    expect((error as UsageError).actions.join(' ')).toContain(text);
  }
});
