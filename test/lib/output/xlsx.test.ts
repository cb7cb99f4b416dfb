import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { createResultWriter } from '../../../src/lib/output/create-result-writer.js';
import { requireFitsSheet, XlsxResultWriter } from '../../../src/lib/output/xlsx.js';
import { columnName } from '../../../src/lib/output/xlsx-parts.js';
import type { ResultWriterOptions } from '../../../src/lib/output/writer.js';
import { csvSample, write } from './support.ts';

const dialect = { delimiter: 'COMMA', lineEnding: 'LF' } as const;

type Columns = Omit<ResultWriterOptions, 'delimiter' | 'lineEnding'>;

const workbook = (rows: string, options: Columns): Buffer =>
  write('xlsx', { ...dialect, ...options }, [Buffer.from(rows)]);

const sheetOf = (bytes: Buffer): string =>
  Buffer.from(unzipSync(bytes)['xl/worksheets/sheet1.xml'] ?? []).toString();

describe('xlsx', () => {
  it('is read back as the values that were written, with a header', async () => {
    const columns = ['S', 'B', 'I', 'D', 'Day', 'Time', 'Account.Name'];
    const types = ['string', 'boolean', 'int', 'double', 'date', 'datetime', 'string'] as const;
    const rows = [
      '"a""b <&> é","true","-7","9.9213206E7","2025-11-25","2025-11-25T03:45:21.000Z","Acme"',
      '"","","","","","",""',
      '"007","false","0","-0.5","1900-03-01","1969-12-31T23:59:59.000Z"," x "',
    ];
    expect(await readSheet(workbook(`${rows.join('\n')}\n`, { columns, types }), { trim: false })).toEqual([
      columns,
      ['a"b <&> é', true, -7, 9.9213206e7, new Date('2025-11-25'), new Date('2025-11-25T03:45:21Z'), 'Acme'],
      Array.from({ length: 7 }, () => null),
      ['007', false, 0, -0.5, new Date('1900-03-01'), new Date('1969-12-31T23:59:59Z'), ' x '],
    ]);
  });

  it('holds as text what Excel would change: long numbers, dates before March 1900, and all without types', () => {
    const columns = ['L', 'Day', 'N'];
    const rows = '"9007199254740993","1900-02-28","1"\n';
    const typed = sheetOf(workbook(rows, { columns, types: ['long', 'date', 'int'] }));
    expect(typed).toContain('<c r="A2" t="inlineStr"><is><t>9007199254740993</t></is></c>');
    expect(typed).toContain('<c r="B2" t="inlineStr"><is><t>1900-02-28</t></is></c><c r="C2"><v>1</v></c>');
    expect(sheetOf(workbook(rows, { columns }))).toContain('<c r="C2" t="inlineStr"><is><t>1</t></is></c>');
  });

  it('has columns as wide as ids, dates, times and headers are, up to 50 characters', () => {
    const columns = ['OwnerId', 'Day', 'Time', 'N', 'BillingStateCode', 'H'.repeat(99)];
    const types = ['string', 'date', 'datetime', 'int', 'string', 'string'] as const;
    const sheet = sheetOf(workbook('', { columns, types }));
    const widths = [...sheet.matchAll(/<col min="(\d)" max="\1" width="(\d+)"/g)].map(([, , width]) =>
      Number(width),
    );
    expect(widths).toEqual([19, 11, 20, 10, 17, 51]);
    expect(sheet).toMatch(/<\/sheetViews><cols>.*<\/cols><sheetData>/);
  });

  it('writes what XML cannot hold as Excel does', () => {
    const sheet = sheetOf(workbook('"a\u0001b\r\nc_x0041_"\n', { columns: ['S'] }));
    expect(sheet).toContain('<t>a_x0001_b_x000D_\nc_x005F_x0041_</t>');
  });

  it('has the rows of any text, and a header', () => {
    fc.assert(
      fc.property(csvSample, (sample) => {
        const whole = write('xlsx', sample, [sample.bytes]);
        const rows = sheetOf(whole).match(/<row /g) ?? [];
        expect(rows).toHaveLength(sample.rows.length + 1);
      }),
      { numRuns: 50 },
    );
  });

  it('is a workbook without records, too', async () => {
    expect(await readSheet(workbook('', { columns: ['Id', 'Name'] }))).toEqual([['Id', 'Name']]);
  });

  it('refuses a cell, or more columns, than a sheet holds', () => {
    const long = `"short"\n"${'x'.repeat(32_768)}"\n`;
    expect(() => workbook(long, { columns: ['Description'] })).toThrow(
      'Record 2 has 32768 characters in Description, and a cell of Excel holds 32767.',
    );
    const columns = Array.from({ length: 16_385 }, (_, index) => `C${index}`);
    expect(() => createResultWriter('xlsx', { ...dialect, columns })).toThrow(UsageError);
  });

  it('refuses more records than a sheet holds', () => {
    const writer = new XlsxResultWriter({ ...dialect, columns: ['A'] }, 1_001);
    const push = (rows: number): unknown => writer.push(Buffer.from('1\n'.repeat(rows)));
    push(600);
    push(400);
    expect(() => push(1)).toThrow('A sheet of Excel holds 1000 records, and there are more.');
    expect(() => requireFitsSheet(1_048_575)).not.toThrow();
    expect(() => requireFitsSheet(1_048_576)).toThrow('holds 1048575 records, and there are 1048576.');
  });
});

it.each([
  [0, 'A'],
  [25, 'Z'],
  [26, 'AA'],
  [701, 'ZZ'],
  [702, 'AAA'],
  [16_383, 'XFD'],
])('column %i is called %s', (index, name) => {
  expect(columnName(index)).toBe(name);
});
