import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';

import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer, type ParquetWriteOptions } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { InputError } from '../../../src/lib/errors.js';
import { readParquet } from '../../../src/lib/input/parquet.js';
import { gather } from '../output/support.ts';

let folder = '';
let path = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parquet-in-'));
  path = join(folder, 'in.parquet');
});
afterAll(() => rm(folder, { recursive: true }));

async function read(options: Omit<ParquetWriteOptions, 'writer'>): Promise<unknown[]> {
  await writeFile(path, Buffer.from(parquetWriteBuffer(options)));
  return gather(readParquet(path));
}

function schemaOf(...elements: SchemaElement[]): SchemaElement[] {
  return [
    { name: 'root', num_children: elements.filter(({ name }) => !name.startsWith('.')).length },
    ...elements,
  ];
}

describe('readParquet', () => {
  it('gives values as the service wants them', async () => {
    const records = await read({
      columnData: [
        { name: 'Text', data: ['é', null], type: 'STRING' },
        { name: 'Flag', data: [true, null], type: 'BOOLEAN' },
        { name: 'Int', data: [1, null], type: 'INT32' },
        { name: 'Long', data: [9007199254740993n, null], type: 'INT64' },
        { name: 'Real', data: [0.1, null], type: 'DOUBLE' },
        { name: 'Time', data: [new Date('2025-11-25T03:45:21.142Z'), null], type: 'TIMESTAMP' },
        { name: 'Json', data: [{ a: 1 }, null], type: 'JSON' },
      ],
    });
    expect(records).toEqual([
      {
        Text: 'é',
        Flag: true,
        Int: 1,
        Long: 9007199254740993n,
        Real: 0.1,
        Time: '2025-11-25T03:45:21.142Z',
        Json: '{"a":1}',
      },
      { Text: null, Flag: null, Int: null, Long: null, Real: null, Time: null, Json: null },
    ]);
  });

  it('gives days for dates, and instants for times of any unit', async () => {
    const records = await read({
      columnData: [
        { name: 'Day', data: [new Date('1969-12-31'), new Date('2024-02-29')] },
        { name: 'Micros', data: [1_764_042_321_142_999n, -1_000n] },
        { name: 'Nanos', data: [1_764_042_321_142_999_999n, 0n] },
      ],
      schema: schemaOf(
        { name: 'Day', type: 'INT32', converted_type: 'DATE' },
        {
          name: 'Micros',
          type: 'INT64',
          logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' },
        },
        {
          name: 'Nanos',
          type: 'INT64',
          logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' },
        },
      ),
    });
    expect(records).toEqual([
      { Day: '1969-12-31', Micros: '2025-11-25T03:45:21.142Z', Nanos: '2025-11-25T03:45:21.142Z' },
      { Day: '2024-02-29', Micros: '1969-12-31T23:59:59.999Z', Nanos: '1970-01-01T00:00:00.000Z' },
    ]);
  });

  it('gives decimals exactly, however they are stored', async () => {
    const decimal = { converted_type: 'DECIMAL', repetition_type: 'OPTIONAL' } as const;
    const records = await read({
      columnData: [
        { name: 'Small', data: [435n, -5n, null] },
        { name: 'Long', data: [900719925474099301n, 0n, null] },
        { name: 'Fixed', data: [12345678901234567890123n, -1n, null] },
        { name: 'Bytes', data: [435n, 500n, null] },
      ],
      schema: schemaOf(
        { name: 'Small', type: 'INT32', precision: 9, scale: 2, ...decimal },
        { name: 'Long', type: 'INT64', precision: 18, scale: 2, ...decimal },
        { name: 'Fixed', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, precision: 38, scale: 0, ...decimal },
        { name: 'Bytes', type: 'BYTE_ARRAY', precision: 9, scale: 2, ...decimal },
      ),
    });
    expect(records).toEqual([
      { Small: '4.35', Long: '9007199254740993.01', Fixed: '12345678901234567890123', Bytes: '4.35' },
      { Small: '-0.05', Long: '0.00', Fixed: '-1', Bytes: '5.00' },
      { Small: null, Long: null, Fixed: null, Bytes: null },
    ]);
  });

  it('gives structs as nested records', async () => {
    const records = await read({
      columnData: [{ name: 'Account', data: [{ Name: 'Acme' }, null] }],
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'Account', num_children: 1, repetition_type: 'OPTIONAL' },
        { name: 'Name', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      ],
    });
    expect(records[0]).toEqual({ Account: { Name: 'Acme' } });
  });

  it.each([
    ['GZIP', gzipSync],
    ['ZSTD', zstdCompressSync],
    ['BROTLI', brotliCompressSync],
    ['SNAPPY', undefined],
    ['UNCOMPRESSED', undefined],
  ] as const)('reads files compressed with %s', async (codec, compress) => {
    const data = Array.from({ length: 1000 }, (_, row) => `value ${row % 10}`);
    const numbers = Array.from({ length: 1000 }, (_, row) => row + 0.5);
    const records = await read({
      columnData: [
        { name: 'A', data, type: 'STRING' },
        { name: 'N', data: numbers, type: 'DOUBLE' },
      ],
      codec,
      compressors: compress === undefined ? {} : { [codec]: (bytes: Uint8Array) => compress(bytes) },
    });
    expect(records).toEqual(data.map((value, row) => ({ A: value, N: numbers[row] })));
  });

  it('reads several row groups, and long ones in slices', async () => {
    const data = Array.from({ length: 20_000 }, (_, row) => `${row}`.padEnd(1000, 'x'));
    const records = await read({
      columnData: [{ name: 'A', data, type: 'STRING' }],
      rowGroupSize: [15_000, 3_000],
    });
    expect(records).toHaveLength(20_000);
    expect(records.every((record, row) => (record as { A: string }).A === data[row])).toBe(true);
  });

  it('has no records in a file without rows', async () => {
    expect(await read({ columnData: [{ name: 'A', data: [], type: 'STRING' }] })).toEqual([]);
  });

  it('refuses what is not a Parquet file, and one that was cut short', async () => {
    const whole = Buffer.from(
      parquetWriteBuffer({ columnData: [{ name: 'A', data: ['x'], type: 'STRING' }] }),
    );
    for (const bytes of [Buffer.from('Id,Name\n1,2\n'), Buffer.alloc(0), whole.subarray(0, -5)]) {
      await writeFile(path, bytes);
      const error = await gather(readParquet(path)).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).toContain(`${path}: `);
    }
  });

  it('passes on that there is no such file', async () => {
    await expect(gather(readParquet(join(folder, 'none')))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
