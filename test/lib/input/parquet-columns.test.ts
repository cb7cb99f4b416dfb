import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer, type ParquetWriteOptions } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { TimeZone } from '../../../src/lib/formats/time-zone.js';
import { readParquet } from '../../../src/lib/input/parquet.js';
import type { ZoneOptions } from '../../../src/lib/input/parquet-numbers.js';
import { recordsToCsv } from '../../../src/lib/input/records-to-csv.js';
import { duckDb, sqlText } from '../../support/duckdb.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { gather } from '../output/support.ts';

/** What is made of the columns of a query of DuckDB: the record, and its line of CSV. */
async function ofQuery(select: string, zone?: ZoneOptions) {
  const path = join(await tempFolder(), 'a.parquet');
  await duckDb(`copy (${select}) to ${sqlText(path)}`);
  return ofFile(path, zone);
}

async function ofColumns(options: Omit<ParquetWriteOptions, 'writer'>, zone?: ZoneOptions) {
  const path = join(await tempFolder(), 'a.parquet');
  await writeFile(path, Buffer.from(parquetWriteBuffer(options)));
  return ofFile(path, zone);
}

async function ofFile(path: string, zone?: ZoneOptions) {
  const problems: string[] = [];
  const source = () => readParquet(path, 'a.parquet', zone);
  const onFaulty = ({ message }: { readonly message: string }) => problems.push(message);
  const csv = Buffer.concat(await gather(recordsToCsv(source, { file: 'a.parquet', onFaulty }))).toString();
  return { csv, problems };
}

const berlin = new TimeZone('Europe/Berlin');
const inBerlin = { instantOf: (localMs: number) => berlin.instantOf(localMs) };

test.each(['timestamp', 'timestamp_s', 'timestamp_ms', 'timestamp_ns'])(
  'a time without a zone, %s, is in the zone that is given; one with a zone stays the same instant',
  async (type) => {
    const select = `select '2026-07-31 10:00:00'::${type} as "Local", '2026-07-31 10:00:00+00'::timestamptz as "Instant"`;
    const rest = ',2026-07-31T10:00:00.000Z\n';
    expect((await ofQuery(select, inBerlin)).csv).toBe(`Local,Instant\n2026-07-31T08:00:00.000Z${rest}`);
    expect((await ofQuery(select)).csv).toBe(`Local,Instant\n2026-07-31T10:00:00.000Z${rest}`);
  },
);

test('a zone moves no day of a date field, and a time that its clock skips is invalid', async () => {
  const zone = { ...inBerlin, isDateColumn: (column: string) => column === 'Day' };
  const select = `select timestamp '2026-07-31' as "Day", timestamp '2026-03-29 02:30:00' as "Time"`;
  const { csv, problems } = await ofQuery(select, zone);
  expect(csv).toMatch(/\n2026-07-31,.*2026-03-29T02:30:00\.000/);
  expect(problems).toEqual([
    'The record cannot be a row: Time is 2026-03-29T02:30:00.000, which the clock of the time zone skips.',
  ]);
});

test('a time of the day is one, whatever its unit', async () => {
  const { csv } = await ofQuery(
    `select time '08:05:00' as "A", time '23:59:59.999999' as "B", null::time as "C"`,
  );
  expect(csv).toBe('A,B,C\n08:05:00.000Z,23:59:59.999Z,#N/A\n');
  const time = (name: string, unit: 'MILLIS' | 'NANOS', type: 'INT32' | 'INT64'): SchemaElement => ({
    name,
    type,
    logical_type: { type: 'TIME', isAdjustedToUTC: true, unit },
  });
  const others = await ofColumns({
    columnData: [
      { name: 'A', data: [29_100_000] },
      { name: 'B', data: [29_100_000_000_000n] },
      { name: 'C', data: [29_100_000] },
      { name: 'D', data: [86_400_000] },
    ],
    schema: [
      { name: 'root', num_children: 4 },
      time('A', 'MILLIS', 'INT32'),
      time('B', 'NANOS', 'INT64'),
      { name: 'C', type: 'INT32', converted_type: 'TIME_MILLIS' },
      time('D', 'MILLIS', 'INT32'),
    ],
  });
  expect(others.csv).toMatch(/\n08:05:00\.000Z,08:05:00\.000Z,08:05:00\.000Z,.*86400000/);
  expect(others.problems).toEqual(['The record cannot be a row: D is no time of a day.']);
});

test.each([
  ["'\\xC3\\x28\\x80'::blob", false],
  ["'\\xEF\\xBB\\xBFa'::blob", true],
  ["'é'", true],
])(
  'bytes that are not UTF-8 are invalid, and not loaded with other characters: %s',
  async (value, isText) => {
    const { csv, problems } = await ofQuery(`select 1 as "A", ${value} as "B"`);
    expect(problems).toEqual(isText ? [] : ['The record cannot be a row: B is not UTF-8 text.']);
    if (isText) expect(csv).not.toContain('\ufffd');
  },
);

test('text that is not UTF-8 is invalid, too, where the file says that it is', async () => {
  const columnData = [{ name: 'A', data: [Buffer.from([0xc3, 0x28])] }];
  const schema: SchemaElement[] = [
    { name: 'root', num_children: 1 },
    { name: 'A', type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  ];
  const { problems } = await ofColumns({ columnData, schema });
  expect(problems).toEqual(['The record cannot be a row: A is not UTF-8 text.']);
});

test('numbers of single precision have the digits that tell them apart, and no others', async () => {
  const numbers = ['0.1', '16777216', '-3.4028235e38', '1.17549435e-38', '0.33333334', '1234.5677'];
  const select = numbers.map((number, at) => `${number}::float as "N${at}"`).join(', ');
  const { csv } = await ofQuery(`select ${select}, 0.1::double as "D"`);
  const cells = csv.split('\n')[1]?.split(',') ?? [];
  expect(cells.pop()).toBe('0.1');
  expect(cells.map((cell) => Math.fround(Number(cell)))).toEqual(
    numbers.map((number) => Math.fround(Number(number))),
  );
  expect(cells.slice(0, 2)).toEqual(['0.1', '16777216']);
});

test('members of a parent record are read in the same ways', async () => {
  const parent = `{'Price': 4.35::decimal(9, 2), 'Rate': 0.1::float, 'At': time '08:05:00', 'Seen': timestamp '2026-07-31 10:00:00'}`;
  const { csv } = await ofQuery(`select ${parent} as "Parent"`, inBerlin);
  expect(csv).toBe(
    'Parent.Price,Parent.Rate,Parent.At,Parent.Seen\n4.35,0.1,08:05:00.000Z,2026-07-31T08:00:00.000Z\n',
  );
});
