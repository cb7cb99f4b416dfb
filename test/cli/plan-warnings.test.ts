import { expect, test } from 'vitest';
import { planWarnings } from '../../src/cli/plan-warnings.js';
import type { CopyObject } from '../../src/lib/run/copy-record.js';

const object = (more: Partial<CopyObject>): CopyObject => ({
  object: 'Deal__c',
  soql: '',
  keyPrefix: 'a10',
  operation: 'insert',
  fields: [],
  lookups: [],
  set: {},
  leftOut: [],
  ...more,
});

const amounts = (hasSeveral: 'source' | 'target') =>
  object({ amounts: { fields: ['Amount__c', 'Fee__c'], hasSeveral } });

test.each([
  [
    'the target has one currency',
    amounts('source'),
    /same numbers.*: Amount__c, Fee__c\. .*where: CurrencyIsoCode/,
  ],
  [
    'the target has several currencies',
    amounts('target'),
    /default currency.*: Amount__c, Fee__c\. .*set: \{ CurrencyIsoCode/,
  ],
  [
    'the target has no record types',
    object({ leftOut: [{ field: 'RecordTypeId', reason: "isn't in the target" }] }),
    /^Deal__c: the target has no record types/,
  ],
])('a plan warns where %s', (_, planned, text) => {
  const warnings = planWarnings({ objects: [planned] });
  expect(warnings).toEqual([expect.stringMatching(text)]);
  expect(planWarnings({ objects: [planned], output: { folder: 'out', plan: '' } })).toEqual([]);
});

test('a plan does not warn of other fields that the target lacks', () => {
  const leftOut = [{ field: 'Site', reason: "isn't in the target" }];
  expect(planWarnings({ objects: [object({ leftOut })] })).toEqual([]);
});
