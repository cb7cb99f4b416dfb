import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/lib/errors.js';
import { TimeZone } from '../../../src/lib/formats/time-zone.js';
import { xlsxToCsv, type XlsxOptions } from '../../../src/lib/input/xlsx.js';
import { failureOf } from '../../support/failure-of.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import {
  changedWorkbook,
  excelWorkbook,
  exportedWorkbook,
  textCellOf,
  workbookOfCells,
} from '../../support/workbook.ts';

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

describe('days and times by what the field holds', () => {
  const types: Readonly<Record<string, string>> = { Day: 'date', At: 'datetime', Clock: 'time' };
  const options = {
    typeOf: (column: string) => types[column],
    isDateColumn: (column: string) => types[column] === 'date',
  };
  const header = ['Day', 'At', 'Clock', 'Text'];
  const cellsOf = (...serials: number[]): string[][] => [
    header.map((name, index) => textCellOf(`${'ABCD'[index]}1`, name)),
    ...serials.map((serial, row) =>
      header.map((_, index) => `<c r="${'ABCD'[index]}${row + 2}" s="3"><v>${serial}</v></c>`),
    ),
  ];

  test.each([
    [46_054, '2026-02-01,2026-02-01T00:00:00.000Z,2026-02-01,2026-02-01'],
    [46_054.4375, '2026-02-01,2026-02-01T10:30:00.000Z,2026-02-01T10:30:00.000Z,2026-02-01T10:30:00.000Z'],
    [0.4375, '10:30:00.000Z,10:30:00.000Z,10:30:00.000Z,10:30:00.000Z'],
    [1, '1900-01-01,1900-01-01T00:00:00.000Z,1900-01-01,1900-01-01'],
    [59, '1900-02-28,1900-02-28T00:00:00.000Z,1900-02-28,1900-02-28'],
    // A day of Excel's that never was: no field takes it.
    [60, '1900-02-29,1900-02-29,1900-02-29,1900-02-29'],
    [61, '1900-03-01,1900-03-01T00:00:00.000Z,1900-03-01,1900-03-01'],
  ])('%d is what Excel shows', async (serial, row) => {
    expect(await csvOf(workbookOfCells(...cellsOf(serial)), options)).toBe(`${header.join(',')}\n${row}\n`);
  });

  test.each(['1', 'true'])('of a workbook that counts from 1904: %s', async (flag) => {
    const old = changedWorkbook(workbookOfCells(...cellsOf(0, 0.4375)), 'xl/workbook.xml', (xml) =>
      xml.replace('<sheets>', `<workbookPr date1904="${flag}"/><sheets>`),
    );
    expect(await csvOf(old, options)).toBe(
      `${header.join(',')}\n1904-01-01,1904-01-01T00:00:00.000Z,00:00:00.000Z,1904-01-01\n` +
        '1904-01-01,1904-01-01T10:30:00.000Z,10:30:00.000Z,1904-01-01T10:30:00.000Z\n',
    );
  });

  test('midnight is an instant of the zone that is told', async () => {
    const zone = new TimeZone('Europe/Berlin');
    const inZone = { ...options, instantOf: (localMs: number) => zone.instantOf(localMs) };
    expect(await csvOf(workbookOfCells(...cellsOf(46_054)), inZone)).toContain(
      '\n2026-02-01,2026-01-31T23:00:00.000Z,',
    );
  });
});

describe('cells without a value', () => {
  const header = ['Name', 'Sum'].map((name, index) => textCellOf(`${'AB'[index]}1`, name));

  test.each([
    ['<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', 'the error #DIV/0!'],
    ['<c r="B2" t="e"><v>#N/A</v></c>', 'the error #N/A'],
    ['<c r="B2"><f>1/0</f><v/></c>', 'without a stored result'],
    ['<c r="B2"><f>1/0</f></c>', 'without a stored result'],
    ['<c r="B2" t="str"><f>A1</f></c>', 'without a stored result'],
    ['<c r="B2" s="3"><f t="shared" si="0"/><v></v></c>', 'without a stored result'],
  ])('%s is refused with its place', async (cell, what) => {
    const refusal = await failureOf<InputError>(csvOf(workbookOfCells(header, [cell])));
    expect(refusal).toBeInstanceOf(InputError);
    expect(refusal.problems).toMatchObject([{ code: 'XLSX_CELL', file: 'a.xlsx', row: 1, column: 'Sum' }]);
    expect(refusal.message).toContain('Cell B2 of the sheet "Records"');
    expect(refusal.message).toContain(what);
  });

  test.each([
    ['<c r="B2" t="str"><f>""</f><v></v></c>', ''],
    ['<c r="B2"><f>1+1</f><v>2</v></c>', '2'],
    ['<c r="B2" s="2"/>', ''],
    ['<!-- <c r="B2" t="e"/> --><c r="B2"><v>3</v></c>', '3'],
  ])('%s is sound', async (cell, text) => {
    const csv = await csvOf(workbookOfCells(header, [textCellOf('A2', 'a'), cell]));
    expect(csv).toBe(`Name,Sum\na,${text}\n`);
  });

  test('do no harm in columns that are ignored', async () => {
    const workbook = workbookOfCells(header, [textCellOf('A2', 'a'), '<c r="B2" t="e"><v>#REF!</v></c>']);
    expect(await csvOf(workbook, { isIgnored: (column) => column === 'Sum' })).toBe('Name,Sum\na,\n');
  });
});

describe('sheets', () => {
  const three = excelWorkbook({ Old: [['A'], ['old']], New: [['A'], ['new']], Last: [['A'], ['last']] });
  const isChart = (xml: string): string =>
    xml.replace('relationships/worksheet"', 'relationships/chartsheet"');
  const hidden = changedWorkbook(three, 'xl/workbook.xml', (xml) =>
    xml.replace('name="Old"', 'name="Old" state="hidden"'),
  );
  const charted = changedWorkbook(three, 'xl/_rels/workbook.xml.rels', isChart);

  test.each([
    ['hidden', hidden, 'the sheet "New" is read. Others are not: Old (hidden), Last.'],
    ['a chart', charted, 'the sheet "New" is read. Others are not: Old, Last.'],
  ])('the first one, which is %s, is passed over, and that is told', async (_, workbook, message) => {
    const notices: string[] = [];
    const csv = await csvOf(workbook, { onNotice: (notice) => notices.push(notice.message) });
    expect(csv).toBe('A\nnew\n');
    expect(notices).toEqual([`a.xlsx: ${message}`]);
  });

  test('are known by name before they are by number; what is named needs no notice', async () => {
    const onNotice = (): void => expect.unreachable();
    const numbered = excelWorkbook({ '2': [['A'], ['two']], Old: [['A'], ['old']] });
    expect(await csvOf(numbered, { sheet: '2', onNotice })).toBe('A\ntwo\n');
  });

  test('a hidden one can be asked for', async () => {
    expect(await csvOf(hidden, { sheet: 'Old' })).toBe('A\nold\n');
  });

  test.each([
    ['0', three, 'no sheet "0"'],
    ['1', charted, '"Old" is a chart'],
  ])('%s is refused where it has no cells', async (sheet, workbook, message) => {
    const refusal = await failureOf<InputError>(csvOf(workbook, { sheet }));
    expect(refusal).toBeInstanceOf(InputError);
    expect(refusal.message).toContain(message);
  });

  test('whose cells have no places, lack what they name, or are no plain XML, are refused', async () => {
    const cells = [
      '<c t="inlineStr"><is><t>A</t></is></c>',
      '<c r="A1" t="s"><v>7</v></c>',
      textCellOf('A1', '<![CDATA[A]]>'),
    ];
    for (const cell of cells) {
      const refusal = await failureOf<InputError>(csvOf(workbookOfCells([cell])));
      expect(refusal).toBeInstanceOf(InputError);
      expect(refusal.message).toContain('save it again');
    }
  });
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
