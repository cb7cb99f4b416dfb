import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/lib/errors.js';
import { TimeZone } from '../../../src/lib/formats/time-zone.js';
import { xlsxToCsv, type XlsxOptions } from '../../../src/lib/input/xlsx.js';
import { failureOf } from '../../support/failure-of.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { excelWorkbook, exportedWorkbook } from '../../support/workbook.ts';

async function csvOf(workbook: Uint8Array, options: Partial<XlsxOptions> = {}): Promise<string> {
  const path = join(await tempFolder(), 'a.xlsx');
  await writeFile(path, workbook);
  const pieces: Buffer[] = [];
  for await (const piece of xlsxToCsv(path, { file: 'a.xlsx', ...options })) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test('what an export wrote is read as the CSV that it was', async () => {
  const columns = ['Name', 'Sum', 'Day', 'Time', 'Open', 'Code'];
  const types = ['string', 'double', 'date', 'datetime', 'boolean', 'string'] as const;
  const rows =
    '"a ""b"", c",0.1,2026-11-29,2026-11-29T10:00:00.250Z,true,007\n' +
    ',,,,,\n' +
    ' x ,-1200000,1999-12-31,2026-07-01T00:00:01.000Z,false,é\n';
  expect(await csvOf(exportedWorkbook(columns, rows, types))).toBe(`${columns.join(',')}\n${rows}`);
});

describe('times', () => {
  const times = exportedWorkbook(
    ['Time', 'Day'],
    '2026-07-01T12:00:00Z,2026-07-01T12:00:00Z\n2026-07-01T00:00:00Z,2026-07-01T00:00:00Z\n2026-03-29T02:30:00Z,\n',
    ['datetime', 'datetime'],
  );

  test('are of the zone that is told, and days where the field holds days', async () => {
    const zone = new TimeZone('Europe/Berlin');
    const options = {
      instantOf: (localMs: number) => zone.instantOf(localMs),
      isDateColumn: (column: string) => column === 'Day',
    };
    expect(await csvOf(times, options)).toBe(
      // The last one is skipped by the clock there.
      'Time,Day\n2026-07-01T10:00:00.000Z,2026-07-01\n2026-07-01,2026-07-01\n2026-03-29 02:30:00,\n',
    );
  });
});

describe('a workbook of several sheets', () => {
  const workbook = excelWorkbook({
    Accounts: [
      ['Name', 'Phone'],
      ['Ada', '1'],
    ],
    Others: [['Id'], ['x']],
    Empty: [],
  });

  test.each([
    [undefined, 'Name,Phone\nAda,1\n'],
    ['Accounts', 'Name,Phone\nAda,1\n'],
    ['2', 'Id\nx\n'],
  ])('is read at sheet %s', async (sheet, csv) => {
    expect(await csvOf(workbook, { sheet })).toBe(csv);
  });

  test.each(['Contacts', '9'])(
    'has no sheet %s, which is told with the sheets that it has',
    async (sheet) => {
      const refusal = await failureOf<InputError>(csvOf(workbook, { sheet }));
      expect(refusal).toBeInstanceOf(InputError);
      expect(refusal.message).toContain('a.xlsx');
      expect(refusal.message).toContain(sheet);
      expect(refusal.message).toContain('Accounts');
    },
  );
});

test('texts are converted, and no other values', async () => {
  const workbook = exportedWorkbook(['A', 'B'], '"1,5",2.5\n', ['string', 'double']);
  const convertText = (column: string, text: string): string => `${column}:${text}`;
  expect(await csvOf(workbook, { convertText })).toBe('A,B\n"A:1,5",2.5\n');
});

test.each([
  ['no ZIP file', Buffer.from('PK\u0003\u0004 and nothing else')],
  ['an old or encrypted workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex')],
  ['another ZIP file', zipSync({ 'a.txt': strToU8('a') })],
  ['nothing', Buffer.alloc(0)],
])('%s is refused with the file', async (_, bytes) => {
  const refusal = await failureOf<InputError>(csvOf(bytes));
  expect(refusal).toBeInstanceOf(InputError);
  expect(refusal.message).toMatch(/^a\.xlsx: .*[Ww]orkbook/);
});

test('more XML than fits into memory is refused before it is unpacked', async () => {
  const huge = Buffer.from(zipSync({ 'xl/worksheets/sheet1.xml': strToU8('<worksheet/>') }));
  // Its size, as the directory at the end of the file tells it.
  huge.writeUInt32LE(129 * 1024 * 1024, huge.indexOf('PK\u0001\u0002') + 24);
  const refusal = await failureOf<InputError>(csvOf(huge));
  expect(refusal.message).toContain('too large');
});
