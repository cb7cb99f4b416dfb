import { expect, test } from 'vitest';
import { FieldIndex } from '../../../../src/lib/describe/field-index.js';
import {
  headerAgainCheck,
  misreadHeader,
  type HeaderAgain,
} from '../../../../src/lib/load/check/misread-header.js';
import { account } from '../../describe/fake-describe.ts';
import { RecordTokenizer } from '../../../../src/lib/csv/record-tokenizer.js';

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

function headerAgainIn(columns: readonly string[], line: string): HeaderAgain {
  const bytes = Buffer.from(line);
  const tokenizer = new RecordTokenizer(',');
  tokenizer.next(bytes, 0, { to: bytes.length, isEnd: true });
  return headerAgainCheck(columns)(tokenizer);
}

test.each([
  'Name,Phone',
  '\uFEFFName,Phone',
  'NAME,phone',
  '"Name","Phone"',
  '"Name",Phone',
  ' Name , Phone',
  '\tName,Phone\u00a0',
  '"\uFEFFName",Phone',
])('%j is the header again', (line) => {
  expect(headerAgainIn(['Name', 'Phone'], line)).toBe('certain');
  expect(headerAgainIn([' name', 'PHONE '], line)).toBe('certain');
});

test('so is a header that starts with a letter beyond ASCII', () => {
  expect(headerAgainIn(['Größe', 'Name'], '"größe",name')).toBe('certain');
  expect(headerAgainIn(['Über', 'Name'], '\uFEFFüber,name')).toBe('certain');
});

test.each(['Name,1', 'Name', 'Phone,Name', 'Names,Phone', '"Name,Phone"', 'Name,Phone,', ',', 'Acme,1'])(
  '%j is a row',
  (line) => {
    expect(headerAgainIn(['Name', 'Phone'], line)).toBeUndefined();
  },
);

test.each([
  ['Id', 'Id', 'certain'],
  ['Id', 'id', 'certain'],
  ['Ext__c', 'EXT__C', 'certain'],
  ['Account.Ext__c', '"Account.Ext__c"', 'certain'],
  ['Name', '\uFEFFname', 'certain'],
  ['Name', 'Name', 'possible'],
  ['Name', '"Name"', 'possible'],
  ['Name', 'NAME', undefined],
  ['Name', ' Name', undefined],
  ['Name', 'Names', undefined],
] as const)('of the only column %j, %j is the header again: %s', (column, line, expected) => {
  expect(headerAgainIn([column], line)).toBe(expected);
});
