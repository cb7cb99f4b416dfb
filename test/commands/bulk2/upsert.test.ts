import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../support/bulk2.ts';

type Success = { status: number; result: LoadReport };
type Failure = {
  status: number;
  name: string;
  message: string;
  actions?: string[];
  stack?: string;
  data: LoadReport;
};

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const account = ['--sobject', 'Account', '--external-id', 'External_Id__c'];

async function upsertText(name: string, content: string | Buffer, ...flags: string[]) {
  await writeFile(bench.file(name), content);
  return bench.runJson<Success & Failure>('upsert', '--file', name, ...account, ...flags);
}

async function stored(key: string): Promise<Record<string, unknown> | undefined> {
  const records = await bench.org.records('Account');
  return records.find((record) => record.External_Id__c === key);
}

describe('what is written how', () => {
  const delimiters = { BACKQUOTE: '`', CARET: '^', COMMA: ',', PIPE: '|', SEMICOLON: ';', TAB: '\t' };
  test.each(Object.entries(delimiters))('a file with %s loads without a flag', async (name, character) => {
    const rows = [
      ['External_Id__c', 'Name', 'Description'],
      [`d-${name}`, `"a ${character} b"`, ''],
    ];
    const { code, answer } = await upsertText(
      `${name}.csv`,
      rows.map((row) => row.join(character)).join('\n') + '\n',
    );
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.result.jobs[0]?.columnDelimiter).toBe(name);
    expect(await stored(`d-${name}`)).toMatchObject({ Name: `a ${character} b` });
  });

  test('a CRLF file with a BOM loads without a flag', async () => {
    const { code, answer } = await upsertText('bom.csv', '\uFEFFExternal_Id__c,Name\r\nbom-1,Grüße\r\n');
    expect(code).toBe(0);
    expect(answer.result.jobs[0]?.lineEnding).toBe('CRLF');
    expect(await stored('bom-1')).toMatchObject({ Name: 'Grüße' });
  });

  test('a UTF-16 file with semicolons, as Excel writes it, loads without a flag', async () => {
    const text = Buffer.from('\uFEFFExternal_Id__c;Name\r\nutf16-1;Grüße\r\n', 'utf16le');
    expect((await upsertText('excel.csv', text)).code).toBe(0);
    expect(await stored('utf16-1')).toMatchObject({ Name: 'Grüße' });
  });

  test('a file with mixed line endings loads, every row once', async () => {
    const { code, answer } = await upsertText('mixed.csv', 'External_Id__c,Name\r\nmix-1,a\nmix-2,b\r\n');
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.result.successfulRecords).toBe(2);
  });
});

test('without --external-id the only external id among the columns is taken', async () => {
  await writeFile(bench.file('iata.csv'), 'Iata_Code__c,Name\nZZZ,Nowhere\n');
  const { code, answer } = await bench.runJson<Success>('upsert', '-f', 'iata.csv', '-s', 'Account');
  expect(code).toBe(0);
  expect(answer.result.jobs[0]?.externalIdFieldName).toBe('Iata_Code__c');
});

test('failed rows end with exit code 68, are grouped by code, and know their place in the file', async () => {
  const text = 'External_Id__c,Name\np-1,fine\n,no key\np-3,fine\n';
  const { code, answer } = await upsertText(
    'partial.csv',
    text,
    '--no-preflight',
    '--results-dir',
    'partial',
  );
  expect(code).toBe(68);
  expect(answer).toMatchObject({
    status: 68,
    result: { state: 'JobComplete', successfulRecords: 2, failedRecords: 1, unprocessedRecords: 0 },
  });
  expect(answer.result.errors).toEqual([expect.objectContaining({ code: 'MISSING_ARGUMENT', count: 1 })]);
  const failed = parse(await readFile(answer.result.failedFilePath ?? ''), { columns: true });
  expect(failed).toEqual([
    expect.objectContaining({ source__File: 'partial.csv', source__Row: '2', Name: 'no key' }),
  ]);
});

test('a header without rows sends nothing and ends well', async () => {
  const before = await bench.org.jobs();
  const { code, answer } = await upsertText('none.csv', 'External_Id__c,Name\n');
  expect(code).toBe(0);
  expect(answer.result).toMatchObject({ jobId: null, processedRecords: 0 });
  expect(await bench.org.jobs()).toHaveLength(before.length);
  const resumed = await bench.runJson<Failure>('job', 'resume', '--use-most-recent');
  expect([resumed.code, resumed.answer.message]).toEqual([
    2,
    expect.stringContaining('no unfinished load, export, change by query or copy'),
  ]);
});

test('--async returns once the data is accepted', async () => {
  const { code, answer } = await upsertText('async.csv', 'External_Id__c,Name\nasync-1,a\n', '--async');
  expect(code).toBe(0);
  expect(answer.result.state).toBe('UploadComplete');
  expect(answer.result.successFilePath).toBeNull();
});

describe('what is refused before anything is sent', () => {
  const cases: Array<[string, string | undefined, string[], string]> = [
    ['a file that is not there', undefined, [], 'missing.csv'],
    ['an unknown column', 'External_Id__c,Nmae\nr-1,a\n', [], 'Name'],
    ['a row with too many cells', 'External_Id__c,Name\nr-1,a,b\n', [], 'row 1'],
    ['a quote that is never closed', 'External_Id__c,Name\nr-1,"a\n', [], 'row 1'],
    ['an unknown object', 'External_Id__c,Name\nr-1,a\n', ['--sobject', 'Accunt'], 'Accunt'],
  ];
  test.each(cases)('%s ends with exit code 2, valid JSON and no job', async (_, content, flags, part) => {
    const before = await bench.org.jobs();
    if (content !== undefined) await writeFile(bench.file('refused.csv'), content);
    const file = content === undefined ? 'missing.csv' : 'refused.csv';
    const args = flags.length > 0 ? [...flags, '--external-id', 'External_Id__c'] : account;
    const { code, answer } = await bench.runJson<Failure>('upsert', '--file', file, ...args);
    expect(code).toBe(2);
    expect(answer.status).toBe(2);
    expect(answer.message + (answer.actions ?? []).join()).toContain(part);
    expect(answer.stack).toBeUndefined();
    expect(await bench.org.jobs()).toHaveLength(before.length);
  });
});

test('100,000 rows go up and come back with every value equal', async () => {
  const values = ['', 'plain', 'comma, quote " and\nnewline', 'Grüße 你好 🚀', ' spaces '];
  const lines = ['External_Id__c,Name,Description'];
  for (let row = 0; row < 100_000; row += 1) {
    const value = values[row % values.length] ?? '';
    const cell = /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
    lines.push(`big-${row},Name ${row},${cell}`);
  }
  await writeFile(bench.file('big.csv'), `${lines.join('\n')}\n`);
  const up = await bench.runJson<Success>('upsert', '--file', 'big.csv', ...account);
  expect(up.code).toBe(0);
  expect(up.answer.result.successfulRecords).toBe(100_000);

  const soql = "SELECT External_Id__c, Name, Description FROM Account WHERE External_Id__c LIKE 'big-%'";
  const down = await bench.run('query', '--query', soql, '--output-file', 'back.csv');
  expect(down.code, down.stderr).toBe(0);
  const read = async (name: string): Promise<string[]> =>
    parse(await readFile(bench.file(name)), { fromLine: 2 })
      .map((row) => row.join('\t'))
      .sort();
  expect(await read('back.csv')).toEqual(await read('big.csv'));
}, 60_000);
