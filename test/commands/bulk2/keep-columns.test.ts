import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../support/bulk2.ts';

type Row = Record<string, string>;
type Success = { status: number; result: LoadReport };

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const flags = ['--sobject', 'Account', '--ignore-unknown-columns', '--keep-columns'];

async function rowsIn(path: string | null | undefined): Promise<Row[]> {
  if (path == null) return [];
  return parse<Row>(await readFile(path), { columns: true, delimiter: [',', ';'] });
}

async function headerOf(path: string | null | undefined): Promise<string | undefined> {
  return (await readFile(path ?? '', 'utf8')).split('\n')[0];
}

async function insert(file: string, ...more: string[]) {
  const { answer, stderr } = await bench.runJson<Success>('insert', '--file', file, ...flags, ...more);
  expect(answer.result, stderr).toBeDefined();
  return answer.result;
}

const csv = [
  'Name,Our Note,AnnualRevenue,Region',
  'Acme,"first, of two",100,North',
  ',no name,200,South',
  'Beta,"with ""quotes"" and\na line",300.50,',
  '',
].join('\n');

describe('with --keep-columns', () => {
  test('rows that succeeded and that failed have their place, their own values, and what was not sent', async () => {
    await writeFile(bench.file('a.csv'), csv);
    const result = await insert('a.csv', '--no-preflight');
    expect(result).toMatchObject({ successfulRecords: 2, failedRecords: 1 });
    expect(await headerOf(result.successFilePath)).toBe(
      '"sf__Id","sf__Created","source__File","source__Row",Name,AnnualRevenue,Our Note,Region',
    );
    expect(await rowsIn(result.successFilePath)).toEqual([
      {
        sf__Id: expect.stringMatching(/^001/) as string,
        sf__Created: 'true',
        source__File: 'a.csv',
        source__Row: '1',
        Name: 'Acme',
        AnnualRevenue: '100',
        'Our Note': 'first, of two',
        Region: 'North',
      },
      {
        sf__Id: expect.stringMatching(/^001/) as string,
        sf__Created: 'true',
        source__File: 'a.csv',
        source__Row: '3',
        Name: 'Beta',
        AnnualRevenue: '300.50',
        'Our Note': 'with "quotes" and\na line',
        Region: '',
      },
    ]);
    expect(await rowsIn(result.failedFilePath)).toMatchObject([
      {
        source__File: 'a.csv',
        source__Row: '2',
        AnnualRevenue: '200',
        'Our Note': 'no name',
        Region: 'South',
      },
    ]);
  });

  test.each([
    ['NDJSON', 'b.ndjson', '{"Name":"N1","Note":"x"}\n{"Name":"N2","Note":null}\n'],
    ['a compressed file', 'b.csv.gz', gzipSync('Name,Note\nN1,x\nN2,\n')],
    ['another delimiter and line ending', 'c.csv', 'Note;Name\r\nx;N1\r\n;N2\r\n'],
    ['blank lines between', 'd.csv', 'Name,Note\n\nN1,x\n,\nN2,\n'],
  ])('%s', async (what, name, content) => {
    await writeFile(bench.file(name), content);
    const { successFilePath } = await insert(name);
    const last = what.startsWith('blank') ? '3' : '2';
    expect(await rowsIn(successFilePath)).toMatchObject([
      { source__File: name, source__Row: '1', Name: 'N1', Note: 'x' },
      { source__File: name, source__Row: last, Name: 'N2', Note: '' },
    ]);
  });

  test('several files with columns of their own', async () => {
    await writeFile(bench.file('e1.csv'), 'Name,Note\nE1,one\n');
    await writeFile(bench.file('e2.csv'), 'Region,Name,note\nNorth,E2,two\n');
    await writeFile(bench.file('e3.csv'), 'Name\nE3\n');
    const { successFilePath } = await insert('e1.csv', '--file', 'e2.csv', '--file', 'e3.csv');
    expect(await rowsIn(successFilePath)).toMatchObject([
      { source__File: 'e1.csv', source__Row: '1', Name: 'E1', Note: 'one', Region: '' },
      { source__File: 'e2.csv', source__Row: '1', Name: 'E2', Note: 'two', Region: 'North' },
      { source__File: 'e3.csv', source__Row: '1', Name: 'E3', Note: '', Region: '' },
    ]);
  });

  test('a column that is called as a sent one is kept under another name', async () => {
    await writeFile(bench.file('f.csv'), 'Name,Title\nshort,long name\n');
    const { successFilePath } = await insert('f.csv', '--map', 'Title=Name', '--map', 'Name=');
    expect(await rowsIn(successFilePath)).toMatchObject([{ Name: 'long name', source__Name: 'short' }]);
  });

  test('nothing is left to keep: places alone', async () => {
    await writeFile(bench.file('g.csv'), 'Name\nG1\nG2\n');
    const { successFilePath } = await insert('g.csv');
    expect(await headerOf(successFilePath)).toBe('"sf__Id","sf__Created","source__File","source__Row",Name');
    expect((await rowsIn(successFilePath)).map(({ source__Row }) => source__Row)).toEqual(['1', '2']);
  });

  test('rows that are not sent keep their columns as well', async () => {
    await writeFile(bench.file('h.csv'), 'Name,Note,AnnualRevenue\nH1,fine,1\nH2,set aside,much\n');
    const { failedFilePath } = await insert('h.csv', '--set-aside-invalid');
    expect(await rowsIn(failedFilePath)).toMatchObject([
      { source__Row: '2', Name: 'H2', AnnualRevenue: 'much', Note: 'set aside' },
    ]);
  });

  test('a retry keeps them, and so does its own retry', async () => {
    await writeFile(bench.file('i.csv'), 'Note,Name,Phone\nkept,I1,1\nalso kept,,2\n');
    const first = await insert('i.csv', '--no-preflight');
    const failed = first.failedFilePath ?? '';
    const again = await bench.runJson<Success>('job', 'retry', '--id', first.jobId ?? '');
    expect(await rowsIn(again.answer.result.failedFilePath)).toMatchObject([
      { source__File: 'i.csv', source__Row: '2', Note: 'also kept' },
    ]);
    const path = again.answer.result.failedFilePath ?? '';
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('i.csv,2,,', 'i.csv,2,Named,'));
    const third = await bench.runJson<Success>('job', 'retry', '--id', again.answer.result.jobId ?? '');
    expect(failed).not.toBe(path);
    expect(await rowsIn(third.answer.result.successFilePath)).toMatchObject([
      { source__File: 'i.csv', source__Row: '2', Name: 'Named', Note: 'also kept' },
    ]);
  });

  test('rows that are retried within the load keep them', async () => {
    await writeFile(bench.file('j.csv'), 'Name,Note\nJ1,one\nJ2,two\nJ3,three\n');
    const action = { kind: 'fail-job', afterBatches: 0, errorMessage: 'TooManyLockFailure : x' } as const;
    const fault = await bench.org.faults.add({ endpoint: 'ingest.process', action, nth: 1 });
    const result = await insert('j.csv', '--retry-failed', '2');
    await fault.remove();
    expect(result).toMatchObject({ successfulRecords: 3 });
    expect(await rowsIn(result.successFilePath)).toMatchObject([
      { source__Row: '1', Note: 'one' },
      { source__Row: '2', Note: 'two' },
      { source__Row: '3', Note: 'three' },
    ]);
  });

  test('unprocessed rows have places and kept columns', async () => {
    await writeFile(bench.file('k.csv'), 'Name,Note\nK1,one\nK2,two\n');
    const action = { kind: 'fail-job', afterBatches: 0, errorMessage: 'InvalidBatch : x' } as const;
    const fault = await bench.org.faults.add({ endpoint: 'ingest.process', action, nth: 1 });
    const { answer } = await bench.runJson<{ data: LoadReport }>('insert', '--file', 'k.csv', ...flags);
    await fault.remove();
    const { unprocessedFilePath } = answer.data;
    expect(await headerOf(unprocessedFilePath)).toBe('"source__File","source__Row",Name,Note');
    expect(await rowsIn(unprocessedFilePath)).toEqual([
      { source__File: 'k.csv', source__Row: '1', Name: 'K1', Note: 'one' },
      { source__File: 'k.csv', source__Row: '2', Name: 'K2', Note: 'two' },
    ]);
  });

  test('an upsert finds them by the key, whatever the service makes of the values', async () => {
    await writeFile(
      bench.file('l.csv'),
      'External_Id__c,Name,AnnualRevenue,Note\nx1,L1,912260031,one\nX2,L2,1e3,two\n',
    );
    const { answer } = await bench.runJson<Success>('upsert', '--file', 'l.csv', ...flags);
    expect(await rowsIn(answer.result.successFilePath)).toMatchObject([
      { External_Id__c: 'x1', AnnualRevenue: '912260031', Note: 'one', source__Row: '1' },
      { External_Id__c: 'X2', AnnualRevenue: '1e3', Note: 'two', source__Row: '2' },
    ]);
  });

  test('they are there after an interruption', async () => {
    await writeFile(bench.file('m.csv'), 'Name,Note\nM1,one\nM2,two\n');
    const { answer } = await bench.runJson<Success>('insert', '--file', 'm.csv', ...flags, '--async');
    await writeFile(bench.file('m.csv'), 'something else');
    const resumed = await bench.runJson<Success>('job', 'resume', '--id', answer.result.jobId ?? '');
    expect(await rowsIn(resumed.answer.result.successFilePath)).toMatchObject([
      { source__Row: '1', Name: 'M1', Note: 'one' },
      { source__Row: '2', Name: 'M2', Note: 'two' },
    ]);
  });
});

test('without --keep-columns the files of successful rows are as the service has them', async () => {
  await writeFile(bench.file('z.csv'), 'Name,Note\nZ,one\n');
  const { answer } = await bench.runJson<Success>('insert', '--file', 'z.csv', ...flags.slice(0, 3));
  expect(await headerOf(answer.result.successFilePath)).toBe('"sf__Id","sf__Created",Name');
});
