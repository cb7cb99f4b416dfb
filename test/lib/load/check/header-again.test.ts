import { expect, test } from 'vitest';
import { RecordTokenizer } from '../../../../src/lib/csv/record-tokenizer.js';
import { headerAgainCheck } from '../../../../src/lib/load/check/header-again.js';

function isHeaderAgain(columns: readonly string[], line: string): boolean {
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
  expect(isHeaderAgain(['Name', 'Phone'], line)).toBe(true);
  expect(isHeaderAgain([' name', 'PHONE '], line)).toBe(true);
});

test('so is a header that starts with a letter beyond ASCII', () => {
  expect(isHeaderAgain(['Größe', 'Name'], '"größe",name')).toBe(true);
  expect(isHeaderAgain(['Über', 'Name'], '\uFEFFüber,name')).toBe(true);
});

test.each(['Name,1', 'Name', 'Phone,Name', 'Names,Phone', '"Name,Phone"', 'Name,Phone,', ',', 'Acme,1'])(
  '%j is a row',
  (line) => {
    expect(isHeaderAgain(['Name', 'Phone'], line)).toBe(false);
  },
);
