import { expect, test } from 'vitest';
import { UsageError, type RecordTemplate } from '../../../src/lib/index.js';
import { openBulk } from '../bulk2/open-bulk.ts';

const soql = "SELECT Id FROM Account WHERE Name LIKE 'Child%'";

async function openFamily() {
  const opened = await openBulk();
  opened.org.database.load('Account', [
    { Name: 'Top', External_Id__c: 'top' },
    { Name: 'Child 1' },
    { Name: 'Child 2' },
  ]);
  return opened;
}

test.each([{ bulkThreshold: 0 }, { allowBulk: false }])(
  'a template names a parent by its key, as an object or by its path: %j',
  async (options) => {
    const templates: RecordTemplate[] = [
      { Parent: { External_Id__c: 'top' }, Phone: '1' },
      { 'Parent.External_Id__c': 'top', Phone: '1' },
    ];
    for (const template of templates) {
      const { org, bulk } = await openFamily();
      const outcome = await bulk.update(soql, template, options);
      expect(outcome).toMatchObject({ successful: 2, failed: 0 });
      const [top, ...children] = await org.records('Account');
      expect(children).toMatchObject(Array(2).fill({ ParentId: top?.Id, Phone: '1' }));
    }
  },
);

test.each([
  ['no key', { Parent: {} }, 'must have one field'],
  ['several', { Parent: { External_Id__c: 'top', Name: 'Top' } }, 'must have one field'],
  ['more than one level', { Parent: { Parent: { External_Id__c: 'top' } } }, 'must have one field'],
  ['a key that is undefined', { Parent: { External_Id__c: undefined } }, 'is undefined'],
  ['another field than a key', { Parent: { Phone: '1' } }, 'Phone'],
  ['no relationship', { Mother: { External_Id__c: 'top' } }, 'no field "Mother.External_Id__c"'],
  ['its id too', { Parent: { External_Id__c: 'top' }, ParentId: null }, 'ParentId is set twice'],
])('a parent with %s is refused, and nothing is changed', async (_, template, message) => {
  const { org, bulk } = await openFamily();
  const error: unknown = await bulk
    .update(soql, template as unknown as RecordTemplate)
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).toContain(message);
  expect(await org.records('Account')).toMatchObject([{}, { ParentId: null }, { ParentId: null }]);
});

test('a field that is set in two spellings is refused', async () => {
  const { bulk } = await openFamily();
  await expect(bulk.update(soql, { Phone: '1', PHONE: '2' })).rejects.toThrow('Phone is set twice');
});
