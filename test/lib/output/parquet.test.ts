import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { MalformedResultError } from '../../../src/lib/output/csv-records.js';
import { createResultWriter } from '../../../src/lib/output/create-result-writer.js';
import type { ResultWriterOptions } from '../../../src/lib/output/writer.js';
import { csvSample, expectSameAtEveryCut, write } from './support.ts';

const dialect = { delimiter: 'COMMA', lineEnding: 'LF' } as const;

/** A copy, since a Buffer may be a piece of a larger ArrayBuffer. */
function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

async function roundTrip(
  rows: string,
  options: Omit<ResultWriterOptions, 'delimiter' | 'lineEnding'>,
): Promise<unknown[]> {
  const bytes = write('parquet', { ...dialect, ...options }, [Buffer.from(rows)]);
  return parquetReadObjects({ file: toArrayBuffer(bytes) });
}

describe('parquet', () => {
  it('is read back as the values that were written, at every chunk boundary', async () => {
    await fc.assert(
      fc.asyncProperty(csvSample, async (sample) => {
        const whole = write('parquet', sample, [sample.bytes]);
        const read = await parquetReadObjects({ file: toArrayBuffer(whole) });
        const expected = sample.rows.map((row) =>
          Object.fromEntries(sample.columns.map((column, index) => [column, row[index]])),
        );
        expect(read).toEqual(expected);
        expectSameAtEveryCut('parquet', sample, whole);
      }),
      { numRuns: 25 },
    );
  });

  it('has a value of each kind, and null for empty', async () => {
    const columns = ['S', 'B', 'I', 'L', 'D', 'Day', 'Time', 'Account.Name'];
    const types = ['string', 'boolean', 'int', 'long', 'double', 'date', 'datetime', 'string'] as const;
    const rows = [
      '"a""b","true","-7.0","9007199254740993","9.9213206E7","2025-11-25","2025-11-25T03:45:21.142Z","Acme"',
      '"","","","","","","",""',
      'é,false,2147483647,1.0E10,-0.5,1700-01-01,1969-12-31T23:59:59.999Z,""',
      'x,false,0,-1,0,2024-02-29,2025-11-25T03:45:21+0100,x',
    ];
    expect(await roundTrip(`${rows.join('\n')}\n`, { columns, types })).toEqual([
      {
        S: 'a"b',
        B: true,
        I: -7,
        L: 9007199254740993n,
        D: 9.9213206e7,
        Day: new Date('2025-11-25'),
        Time: new Date('2025-11-25T03:45:21.142Z'),
        'Account.Name': 'Acme',
      },
      Object.fromEntries(columns.map((column) => [column, null])),
      {
        S: 'é',
        B: false,
        I: 2147483647,
        L: 10_000_000_000n,
        D: -0.5,
        Day: new Date('1700-01-01'),
        Time: new Date(-1),
        'Account.Name': null,
      },
      {
        S: 'x',
        B: false,
        I: 0,
        L: -1n,
        D: 0,
        Day: new Date('2024-02-29'),
        Time: new Date('2025-11-25T02:45:21Z'),
        'Account.Name': 'x',
      },
    ]);
  });

  it('says in its schema what each column is, for new readers and for old ones', () => {
    const columns = ['S', 'D', 'T'];
    const types = ['string', 'date', 'datetime'] as const;
    const metadata = parquetMetadata(toArrayBuffer(write('parquet', { ...dialect, columns, types }, [])));
    expect(metadata.num_rows).toBe(0n);
    expect(
      metadata.schema.slice(1).map((element) => [element.converted_type, element.logical_type?.type]),
    ).toEqual([
      ['UTF8', 'STRING'],
      ['DATE', 'DATE'],
      ['TIMESTAMP_MILLIS', 'TIMESTAMP'],
    ]);
    expect(metadata.schema.slice(1).map((element) => element.repetition_type)).toEqual([
      'OPTIONAL',
      'OPTIONAL',
      'OPTIONAL',
    ]);
  });

  it('is a valid file when there are no records', async () => {
    expect(await roundTrip('', { columns: ['Id'] })).toEqual([]);
  });

  it('is compressed, and written row group by row group as rows come in', async () => {
    const writer = createResultWriter('parquet', { ...dialect, columns: ['Id', 'Text'] });
    const text = 'lorem ipsum dolor sit amet '.repeat(20);
    const output: Buffer[] = [];
    for (let row = 0; row < 24_000; row++) output.push(writer.push(Buffer.from(`"${row}","${text}"\n`)));
    const beforeEnd = Buffer.concat(output).length;
    output.push(writer.end());
    const bytes = Buffer.concat(output);
    const metadata = parquetMetadata(toArrayBuffer(bytes));
    expect(metadata.row_groups.length).toBeGreaterThanOrEqual(3);
    expect(metadata.row_groups.every((group) => group.columns[1]?.meta_data?.codec === 'SNAPPY')).toBe(true);
    expect(beforeEnd).toBeGreaterThan(bytes.length / 2);
    expect(bytes.length).toBeLessThan(1_000_000);
    const rows = await parquetReadObjects({ file: toArrayBuffer(bytes) });
    expect(rows).toHaveLength(24_000);
    expect(rows[23_999]).toEqual({ Id: '23999', Text: text });
  });

  it.each([
    ['boolean', 'yes'],
    ['int', '1.5'],
    ['int', '2147483648'],
    ['long', '9223372036854775808'],
    ['long', 'x'],
    ['double', 'NaN'],
    ['double', '1,5'],
    ['date', '2025-13-01'],
    ['date', '2025-11-25T00:00:00Z'],
    ['datetime', '2025-11-25'],
    ['datetime', '2025-11-25T25:00:00.000Z'],
    ['datetime', '2025-11-25T03:45:2x.142Z'],
  ] as const)('refuses a %s that is "%s", naming record and column', (kind, text) => {
    const run = (): Buffer =>
      write('parquet', { ...dialect, columns: ['A', 'B'], types: ['string', kind] }, [
        Buffer.from(`"1",""\n"2","${text}"\n`),
      ]);
    expect(run).toThrow(MalformedResultError);
    expect(run).toThrow(`Record 2, column B: "${text}"`);
  });

  it('has the least and the greatest text of each row group, whatever the other groups have', () => {
    const row = (text: string): string => `"${text}","${'x'.repeat(1000)}"\n`;
    const names = Array.from({ length: 9_000 }, (_, index) => `n${String(index).padStart(5, '0')}`);
    const bytes = write('parquet', { ...dialect, columns: ['Name', 'Rest'] }, [
      Buffer.from(names.map(row).join('')),
    ]);
    const groups = parquetMetadata(toArrayBuffer(bytes)).row_groups;
    expect(groups.length).toBeGreaterThan(2);
    let from = 0;
    for (const { num_rows: rows, columns } of groups) {
      const to = from + Number(rows);
      const { min_value: least, max_value: greatest } = columns[0]?.meta_data?.statistics ?? {};
      expect([least, greatest]).toEqual([names[from], names[to - 1]]);
      from = to;
    }
    expect(from).toBe(names.length);
  });

  it('takes bytes that are not UTF-8 as they are', async () => {
    const text = Buffer.concat([Buffer.from('"'), Buffer.alloc(40, 0xff), Buffer.from('"\n')]);
    const bytes = write('parquet', { ...dialect, columns: ['Name'] }, [text]);
    expect(await parquetReadObjects({ file: toArrayBuffer(bytes) })).toEqual([{ Name: '\ufffd'.repeat(40) }]);
  });
});
