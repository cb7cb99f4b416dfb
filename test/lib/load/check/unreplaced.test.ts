import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { RecordReader } from '../../../../src/lib/csv/record-reader.js';
import { isUnreplaced, unreplacedCheck } from '../../../../src/lib/load/check/unreplaced.js';

async function codesOf(header: string, row: string): Promise<string[]> {
  const names = header.split(',');
  const cells = names.flatMap((name, index) => (name.startsWith('s') ? [] : [index]));
  const check = unreplacedCheck(names, cells);
  const codes: string[] = [];
  await new RecordReader(Readable.from([Buffer.from(`${row}\n`)]), ',').read(1, (record) => {
    codes.push(...check(record, 1).map(({ code, column = '' }) => `${code} ${column}`));
  });
  return codes;
}

test.each([
  ['NOT_SENT: Site is a list,a,"NOT_SENT: [1]"', ['NOT_REPLACED Site']],
  ['NOT_SENT: Site is a list,a,NOT_SENT: [1]', ['NOT_REPLACED Site']],
  ['NOT_SENT: x,NOT_SENT: ,NOT_SENT: b', ['NOT_REPLACED Name', 'NOT_REPLACED Site']],
  [',a,NOT_SENT: [1]', ['NOT_REPLACED Site']],
  ['NOT_SENT: Site is a list,a,b', []],
  ['NOT_SENT: Site is a list,a,NOT_SENT:', []],
  ['NOT_SENT: Site is a list,a,', []],
  ['STRING_TOO_LONG:x:Site --,a,NOT_SENT: b', []],
  ['NOT_SENT: The line is: a;b,,', ['NO_VALUES ']],
  ['STRING_TOO_LONG:x:Site --,,', []],
  [',,', []],
])('what still has to be replaced in the row %s: %j', async (row, codes) => {
  expect(await codesOf('sf__Error,Name,Site', row)).toEqual(codes);
});

test('a file without the reasons of rows has placeholders all the same', async () => {
  expect(await codesOf('Name,Site', 'a,NOT_SENT: #N/A')).toEqual(['NOT_REPLACED Site']);
});

test('rows with other problems are not only unreplaced', () => {
  expect(isUnreplaced([])).toBe(false);
  expect(isUnreplaced([{ code: 'NOT_REPLACED', message: '' }])).toBe(true);
  expect(
    isUnreplaced([
      { code: 'NOT_REPLACED', message: '' },
      { code: 'BAD_DATE', message: '' },
    ]),
  ).toBe(false);
});
