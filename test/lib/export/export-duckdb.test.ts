import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { DatasetManifest } from '../../../src/lib/output/dataset-manifest.js';
import { duckDb, sqlText } from '../../support/duckdb.ts';
import { exportBench, type ExportBench } from './export-bench.ts';
import { fieldsOfShipments, shipmentCount, shipments, shipmentsSoql } from './shipments.ts';

type Row = Record<string, string>;

const pageRows = 4;

async function shipmentBench(): Promise<ExportBench> {
  const bench = await exportBench({ queryPageRows: pageRows }, [
    { Name: 'Acme "東京"', NumberOfEmployees: 7 },
  ]);
  const [account] = await bench.org.records('Account');
  bench.org.database.load('Shipment__c', shipments(String(account?.Id)));
  return bench;
}

/** csv-parse's reading of the CSV export of a query. */
async function csvRows(bench: ExportBench, soql: string): Promise<Row[]> {
  await bench.run(bench.plan({ soql, outputFile: bench.file('reference.csv') }));
  return parse<Row>(await bench.read('reference.csv'), { columns: true });
}

/** The rows with the values that the fields' types make of their texts. */
function typed(rows: readonly Row[]): Array<Record<string, unknown>> {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, text]) => [
        name,
        text === '' ? null : fieldsOfShipments[name]?.value(text),
      ]),
    ),
  );
}

const sqlTypes = Object.fromEntries(
  Object.entries(fieldsOfShipments).map(([name, { sqlType }]) => [name, sqlType]),
);

/** All the rows of a file, or of the files of a pattern. */
function readParquet(bench: ExportBench, name: string) {
  return duckDb(`SELECT * FROM read_parquet(${sqlText(bench.file(name))})`);
}

async function manifestOf(bench: ExportBench, folder: string): Promise<DatasetManifest> {
  return JSON.parse((await bench.read(join(folder, '_manifest.json'))).toString()) as DatasetManifest;
}

describe('DuckDB reads from a Parquet export what csv-parse reads from the CSV one', () => {
  test.each([
    ['a file', 'outputFile', 'a.parquet'],
    ['the parts of a folder, in their order', 'outputDir', 'a/*.parquet'],
  ])('typed by the describe, from %s', async (_, output, pattern) => {
    const bench = await shipmentBench();
    const expected = typed(await csvRows(bench, shipmentsSoql));
    expect(expected).toHaveLength(shipmentCount);
    const path = bench.file(pattern.replace('/*.parquet', ''));
    await bench.run(bench.plan({ soql: shipmentsSoql, format: 'parquet', [output]: path }));
    const { types, rows } = await readParquet(bench, pattern);
    expect(types).toEqual(sqlTypes);
    expect(rows).toEqual(expected);
  });

  test('as text, when types were not asked for', async () => {
    const bench = await shipmentBench();
    const expected = await csvRows(bench, shipmentsSoql);
    const plan = bench.plan({ soql: shipmentsSoql, format: 'parquet', typed: false });
    await bench.run({ ...plan, outputFile: bench.file('a.parquet') });
    await bench.run({ ...plan, outputDir: bench.file('d') });
    for (const name of ['a.parquet', 'd/*.parquet']) {
      const { types, rows } = await readParquet(bench, name);
      expect(new Set(Object.values(types))).toEqual(new Set(['VARCHAR']));
      expect(rows).toEqual(expected);
    }
  });

  test('no rows, and every column with its type, when nothing was found', async () => {
    const bench = await shipmentBench();
    const plan = bench.plan({ soql: `${shipmentsSoql} WHERE Name = 'nobody'`, format: 'parquet' });
    await bench.run({ ...plan, outputFile: bench.file('a.parquet') });
    await bench.run({ ...plan, outputDir: bench.file('d') });
    for (const name of ['a.parquet', 'd/*.parquet']) {
      expect(await readParquet(bench, name), name).toEqual({ types: sqlTypes, rows: [] });
    }
  });

  test('in many row groups and pages', async () => {
    const rowCount = 30_000;
    const bench = await exportBench({ queryPageRows: 12_000, tables: { Big__c: rowCount } }, []);
    const soql = 'SELECT Id, Name, Key__c, Amount__c, Notes__c FROM Big__c';
    const expected = (await csvRows(bench, soql)).map((row) => ({
      ...row,
      Amount__c: Number(row.Amount__c),
      Notes__c: row.Notes__c === '' ? null : row.Notes__c,
    }));
    await bench.run(bench.plan({ soql, format: 'parquet', outputFile: bench.file('a.parquet') }));
    await bench.run(bench.plan({ soql, format: 'parquet', outputDir: bench.file('d') }));
    const groups = `SELECT num_row_groups FROM parquet_file_metadata(${sqlText(bench.file('a.parquet'))})`;
    expect((await duckDb(groups)).rows[0]?.num_row_groups).toBeGreaterThan(1n);
    const hash = digest(expected);
    for (const name of ['a.parquet', 'd/*.parquet']) {
      const { rows } = await readParquet(bench, name);
      expect(rows).toHaveLength(rowCount);
      expect(digest(rows), name).toBe(hash);
    }
  });
});

/** Of the rows in their order; much faster than a comparison, and as strict. */
function digest(rows: ReadonlyArray<Record<string, unknown>>): string {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`${JSON.stringify(row)}\n`);
  return hash.digest('hex');
}

test('the manifest of a folder tells the rows, bytes, hashes and types that DuckDB finds in its parts', async () => {
  const bench = await shipmentBench();
  await bench.run(bench.plan({ soql: shipmentsSoql, format: 'parquet', outputDir: bench.file('d') }));
  const manifest = await manifestOf(bench, 'd');
  const pattern = sqlText(bench.file('d/*.parquet'));
  const { rows } = await duckDb(
    `SELECT parse_filename(filename) file, num_rows::INT "rows", size::INT bytes, sha256(content) sha256
       FROM read_blob(${pattern}) JOIN parquet_file_metadata(${pattern}) ON filename = file_name
      ORDER BY filename`,
  );
  expect(rows).toHaveLength(Math.ceil(shipmentCount / pageRows));
  expect(rows).toEqual(manifest.parts);
  const sum = (name: 'rows' | 'bytes') => manifest.parts.reduce((total, part) => total + part[name], 0);
  expect([manifest.rows, manifest.bytes]).toEqual([shipmentCount, sum('bytes')]);
  expect(sum('rows')).toBe(shipmentCount);
  const { types } = await readParquet(bench, 'd/*.parquet');
  expect(manifest.schema).toEqual(
    Object.entries(fieldsOfShipments).map(([name, { kind }]) => ({ name, type: kind })),
  );
  expect(manifest.schema.map(({ name }) => types[name])).toEqual(Object.values(sqlTypes));
});

describe('the parts of a folder, in every other format', () => {
  test('CSV: the header and the rows of one page each, byte by byte', async () => {
    const bench = await shipmentBench();
    const { job } = await bench.run(bench.plan({ soql: shipmentsSoql, outputDir: bench.file('d') }));
    const header = Buffer.from(`"${Object.keys(fieldsOfShipments).join('","')}"\n`);
    const { parts } = await manifestOf(bench, 'd');
    const files = await Promise.all(parts.map(({ file }) => readFile(bench.file(join('d', file)))));
    const pages = await bench.pageRows(job.id);
    expect(pages).toHaveLength(Math.ceil(shipmentCount / pageRows));
    expect(files).toEqual(pages.map((page) => Buffer.concat([header, page])));
  });

  test.each<[string, (text: string) => unknown]>([
    ['json', (text) => JSON.parse(text) as unknown],
    ['ndjson', (text) => JSON.parse(`[${text.trimEnd().replaceAll('\n', ',')}]`) as unknown],
  ])('%s: what csv-parse reads in the CSV, typed, dates as text', async (format, read) => {
    const bench = await shipmentBench();
    const rows = await csvRows(bench, shipmentsSoql);
    const expected = typed(rows).map((row, index) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          value instanceof Date ? rows[index]?.[name] : value,
        ]),
      ),
    );
    await bench.run(bench.plan({ soql: shipmentsSoql, format, outputDir: bench.file('d') }));
    const { parts } = await manifestOf(bench, 'd');
    const texts = await Promise.all(parts.map(({ file }) => bench.read(join('d', file))));
    expect(texts.flatMap((text) => read(text.toString()) as unknown[])).toEqual(expected);
  });
});
