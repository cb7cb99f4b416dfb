import { stat, writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { accountCount, exportBench, pageCount, soql } from './export-bench.ts';
import { needing } from '../../support/systems.ts';

type Row = Record<string, string>;

/** What typed JSON has to say for a row of CSV. */
function typed(row: Row): Record<string, unknown> {
  const value = (text: string | undefined, read: (text: string) => unknown) =>
    text === undefined || text === '' ? null : read(text);
  return {
    Id: row.Id,
    Name: row.Name,
    AnnualRevenue: value(row.AnnualRevenue, Number),
    NumberOfEmployees: value(row.NumberOfEmployees, Number),
    IsDeleted: value(row.IsDeleted, (text) => text === 'true'),
    CreatedDate: row.CreatedDate,
    Description: value(row.Description, String),
    'Owner.Username': row['Owner.Username'],
  };
}

describe('every record in every format', () => {
  test.each(['query.results', 'no list'])('CSV is the rows of all pages, byte by byte (%s)', async (list) => {
    const bench = await exportBench(list === 'no list' ? { quirks: { resultPages: 'missing' } } : {});
    const { job, rows } = await bench.run(bench.plan({ outputFile: bench.file('a.csv') }));
    const pages = await bench.pageRows(job.id);
    expect(pages).toHaveLength(pageCount);
    const header = `"${soql.slice('SELECT '.length, soql.indexOf(' FROM')).split(', ').join('","')}"\n`;
    expect(await bench.read('a.csv')).toEqual(Buffer.concat([Buffer.from(header), ...pages]));
    expect(rows).toBe(accountCount);
    expect(await bench.files()).toEqual(['a.csv']);
    expect(await bench.spools()).toEqual([]);
  });

  test('CSV has the delimiter and the line ending that were asked for', async () => {
    const bench = await exportBench();
    const plan = bench.plan({ columnDelimiter: 'TAB', lineEnding: 'CRLF', outputFile: bench.file('a.tsv') });
    const { job } = await bench.run(plan);
    const text = (await bench.read('a.tsv')).toString();
    expect(text.startsWith('"Id"\t"Name"\t')).toBe(true);
    expect(text.slice(text.indexOf('\r\n') + 2)).toBe(Buffer.concat(await bench.pageRows(job.id)).toString());
    expect(parse(text, { delimiter: '\t', record_delimiter: '\r\n' })).toHaveLength(accountCount + 1);
  });

  test('JSON, NDJSON and Parquet are what csv-parse reads in the CSV, typed by the describe', async () => {
    const bench = await exportBench();
    const export_ = async (format: string) => {
      await bench.run(bench.plan({ format, outputFile: bench.file(`a.${format}`) }));
      return bench.read(`a.${format}`);
    };
    const expected = parse<Row>(await export_('csv'), { columns: true }).map(typed);
    expect(expected).toHaveLength(accountCount);
    expect(JSON.parse((await export_('json')).toString())).toEqual(expected);
    const lines = (await export_('ndjson')).toString().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(expected);
    await export_('parquet');
    const records = await parquetReadObjects({ file: await asyncBufferFromFile(bench.file('a.parquet')) });
    expect(records).toEqual(
      expected.map((row) => ({ ...row, CreatedDate: new Date(String(row.CreatedDate)) })),
    );
  });

  test('without types every value is the text that the org sent', async () => {
    const bench = await exportBench();
    await bench.run(bench.plan({ outputFile: bench.file('a.csv') }));
    await bench.run(bench.plan({ format: 'json', typed: false, outputFile: bench.file('a.json') }));
    expect(JSON.parse((await bench.read('a.json')).toString())).toEqual(
      parse(await bench.read('a.csv'), { columns: true }),
    );
    expect(await bench.requests('rest.describe')).toBe(0);
  });

  test('parents become objects of their own on request', async () => {
    const bench = await exportBench();
    await bench.run(bench.plan({ format: 'json', nested: true, outputFile: bench.file('a.json') }));
    const [first] = JSON.parse((await bench.read('a.json')).toString()) as unknown[];
    expect(first).toMatchObject({ Name: 'Account 0', Owner: { Username: bench.org.username } });
  });

  test('a compressed file has one member per page and the same content', async () => {
    const bench = await exportBench();
    const plain = bench.plan({ outputFile: bench.file('a.csv') });
    await bench.run(plain);
    await bench.run({ ...plain, gzip: true, outputFile: bench.file('a.csv.gz') });
    expect(gunzipSync(await bench.read('a.csv.gz'))).toEqual(await bench.read('a.csv'));
  });

  test('deleted records come with queryAll only', async () => {
    const bench = await exportBench();
    const [account] = await bench.org.records('Account');
    bench.org.database.save({
      operation: 'delete',
      object: 'Account',
      source: 'json',
      records: [{ Id: account!.Id }],
    });
    const plan = bench.plan({ outputFile: bench.file('a.csv') });
    expect(await bench.run(plan)).toMatchObject({ rows: accountCount - 1 });
    expect(await bench.run({ ...plan, operation: 'queryAll' })).toMatchObject({ rows: accountCount });
  });

  needing('modes')('result files follow the umask, as those of every tool', async () => {
    const bench = await exportBench();
    await bench.run(bench.plan({ outputFile: bench.file('a.csv') }));
    await writeFile(bench.file('as-every-tool'), '');
    expect((await stat(bench.file('a.csv'))).mode).toBe((await stat(bench.file('as-every-tool'))).mode);
  });
});

describe('an empty result is a valid file', () => {
  const nobody = `${soql} WHERE Name = 'nobody'`;
  test.each([
    ['csv', (text: string) => text.startsWith('"Id","Name"') && text.split('\n').length === 2],
    ['json', (text: string) => text === '[]\n'],
    ['ndjson', (text: string) => text === ''],
  ] as const)('%s', async (format, isValid) => {
    const bench = await exportBench();
    const outputFile = bench.file(`a.${format}`);
    expect(await bench.run(bench.plan({ soql: nobody, format, outputFile }))).toMatchObject({ rows: 0 });
    expect((await bench.read(`a.${format}`)).toString()).toSatisfy(isValid);
    await bench.run(bench.plan({ soql: nobody, format, gzip: true, outputFile: `${outputFile}.gz` }));
    expect(gunzipSync(await bench.read(`a.${format}.gz`))).toEqual(await bench.read(`a.${format}`));
  });

  test('parquet, with its schema', async () => {
    const bench = await exportBench();
    await bench.run(bench.plan({ soql: nobody, format: 'parquet', outputFile: bench.file('a.parquet') }));
    expect(await parquetReadObjects({ file: await asyncBufferFromFile(bench.file('a.parquet')) })).toEqual(
      [],
    );
  });
});

test('an export that is only submitted tells its job and writes nothing; a resume brings the records', async () => {
  const bench = await exportBench();
  const plan = bench.plan({ outputFile: bench.file('a.csv') });
  const { job, rows } = await bench.run(plan, { wait: 'accepted' });
  expect(rows).toBeUndefined();
  expect(await bench.files()).toEqual([]);
  const view = await bench.context.store.findByJobId(job.id);
  expect(await bench.resume(view!)).toMatchObject({ rows: accountCount, job: { id: job.id } });
  expect(await bench.requests('query.create')).toBe(1);
});

test('few requests: one for the job, a few to see it end, one per page and one per five addresses', async () => {
  const bench = await exportBench();
  await bench.run(bench.plan({ outputFile: bench.file('a.csv') }));
  expect(await bench.requests('query.results')).toBe(pageCount);
  expect(await bench.requests('query.resultPages')).toBeLessThanOrEqual(2);
  expect(await bench.requests('query.info')).toBeLessThanOrEqual(3);
  expect(await bench.requests('query.create')).toBe(1);
});
