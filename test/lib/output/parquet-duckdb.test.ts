import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import type { ColumnTypes } from '../../../src/lib/describe/column-types.js';
import { duckDb, sqlText, type DuckDbResult } from '../../support/duckdb.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { csvSample, write } from './support.ts';

const dialect = { delimiter: 'COMMA', lineEnding: 'LF' } as const;

async function parquetFile(bytes: Buffer): Promise<string> {
  const path = join(await tempFolder(), 'a.parquet');
  await writeFile(path, bytes);
  return sqlText(path);
}

/** The column V of these cells, as DuckDB reads it. */
async function readColumn(kind: ColumnTypes[number], cells: readonly string[]): Promise<DuckDbResult> {
  const rows = Buffer.from(cells.map((cell) => `"${cell}"\n`).join(''));
  const file = await parquetFile(write('parquet', { ...dialect, columns: ['V'], types: [kind] }, [rows]));
  return duckDb(`SELECT * FROM ${file}`);
}

describe('DuckDB reads from a Parquet file', () => {
  it('any text there can be, and empty text as such', async () => {
    const folder = await tempFolder();
    const samples = fc.sample(csvSample, { numRuns: 40, seed: 20251125 });
    for (const [index, sample] of samples.entries()) {
      const path = join(folder, `${index}.parquet`);
      await writeFile(path, write('parquet', sample, [sample.bytes]));
      const { rows } = await duckDb(`SELECT * FROM ${sqlText(path)}`);
      expect(rows.map((row) => sample.columns.map((column) => row[column]))).toEqual(sample.rows);
    }
  });

  test.each<[ColumnTypes[number], string, readonly string[], readonly unknown[]]>([
    ['string', 'VARCHAR', ['a""b', '', ' x '], ['a"b', null, ' x ']],
    ['boolean', 'BOOLEAN', ['true', '', 'false'], [true, null, false]],
    ['int', 'INTEGER', ['-7.0', '', '2147483647', '-2147483648'], [-7, null, 2147483647, -2147483648]],
    [
      'long',
      'BIGINT',
      ['9007199254740993', '', '-9223372036854775808', '1.0E10'],
      [9007199254740993n, null, -(2n ** 63n), 10n ** 10n],
    ],
    [
      'double',
      'DOUBLE',
      ['9.9213206E7', '', '0.1', '-1234567890123456.78', '1E-7', '4.35'],
      [99213206, null, 0.1, -1234567890123456.78, 1e-7, 4.35],
    ],
    [
      'date',
      'DATE',
      ['2025-11-25', '', '1700-01-01', '4000-12-31', '2024-02-29'],
      ['2025-11-25', null, '1700-01-01', '4000-12-31', '2024-02-29'].map((day) => day && new Date(day)),
    ],
    [
      'datetime',
      'TIMESTAMP WITH TIME ZONE',
      ['2025-11-25T03:45:21.142Z', '', '1700-01-01T00:00:00.000Z', '4000-12-31T23:59:59.999Z'],
      ['2025-11-25T03:45:21.142Z', null, '1700-01-01T00:00:00.000Z', '4000-12-31T23:59:59.999Z'].map(
        (time) => time && new Date(time),
      ),
    ],
  ])('a %s as %s, and empty as null', async (kind, sqlType, cells, values) => {
    const { types, rows } = await readColumn(kind, cells);
    expect(types).toEqual({ V: sqlType });
    expect(rows.map(({ V }) => V)).toEqual(values);
  });

  it('the rows of a condition, whatever the bounds of the row groups say', async () => {
    const texts = [
      'a',
      'Z',
      'é',
      '\uff01',
      '😀',
      '漢',
      '\u{10ffff}',
      '\ue000',
      'a'.repeat(100),
      '\u{10ffff}'.repeat(100),
    ];
    for (const text of texts) {
      const others = texts.filter((other) => other !== text);
      const rows = Buffer.from([...others, text, ...others].map((cell) => `"${cell}"\n`).join(''));
      const file = await parquetFile(write('parquet', { ...dialect, columns: ['V'] }, [rows]));
      const count = (condition: string) =>
        duckDb(`SELECT count(*)::INT n FROM ${file} WHERE V ${condition} ${sqlText(text)}`);
      expect((await count('=')).rows, text).toEqual([{ n: 1 }]);
      expect((await count('<>')).rows, text).toEqual([{ n: 2 * others.length }]);
    }
  });
});
