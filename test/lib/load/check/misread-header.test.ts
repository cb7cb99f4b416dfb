import { expect, test } from 'vitest';
import { FieldIndex } from '../../../../src/lib/describe/field-index.js';
import { misreadHeader } from '../../../../src/lib/load/check/misread-header.js';
import { account } from '../../describe/fake-describe.ts';

const index = new FieldIndex(account);

test.each<[string[], RegExp]>([
  [
    ['Id,Name'],
    /one column, "Id,Name".*in quotes as a whole, take them away: .* sed .*--column-delimiter ","/,
  ],
  [['Id  Name'], /If a space separates.*--column-delimiter " "/],
  [['Id\tName'], /--column-delimiter TAB/],
  [['Id~Name'], /--column-delimiter "~".*in quotes as a whole/],
  [['001000000000001AAA'], /values, such as "001000000000001AAA".*ids is Id/],
  [['Acme', '2026-01-31'], /values, such as "2026-01-31"/],
  [['a@example.com'], /values/],
  [[' Id'], /column " Id" has blanks.*--map "Id=Id"/],
  [['Id\u00a0', 'Name'], /column "Id\\u00a0" has blanks/],
  [['\u200bName'], /--map "Name=Name"/],
])('%j is no header as it stands', (columns, message) => {
  expect(misreadHeader(columns, index)?.message).toMatch(message);
});

test.each([
  [['Id']],
  [['Nmae', 'Phone']],
  [['Account.Ext__c']],
  [['User:Owner.Username']],
  [['My_Long_Field_1__c']],
  [[' Nonsense']],
])('%j is one, right or wrong', (columns) => {
  expect(misreadHeader(columns, index)).toBeUndefined();
});
