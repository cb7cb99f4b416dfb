import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { RetryReport } from '../../../../src/cli/job/retry-command.js';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { textCellOf, workbookOfCells } from '../../../support/workbook.ts';

type Answer = { message: string; actions?: string[]; warnings?: string[]; result: LoadReport & RetryReport };

const ndjson = [
  '{"Name":"good"}',
  '{"Name":"list","Site":[{"a":1}]}',
  '{"Name":"infinite","Site":1e999}',
  '{"Name":"half","Site":"\\ud800"}',
  '{"Name":"twice","NAME":"other"}',
  '{"Name":"cut',
].join('\n');

const workbook = workbookOfCells(
  [textCellOf('A1', 'Name'), textCellOf('B1', 'Site')],
  [textCellOf('A2', 'good'), textCellOf('B2', 's')],
  [textCellOf('A3', 'error'), '<c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c>'],
  [textCellOf('A4', 'empty'), '<c r="B4"><f>A1</f></c>'],
);

const inputs: Array<[string, string | Uint8Array, number]> = [
  ['a.ndjson', ndjson, 5],
  ['a.xlsx', workbook, 2],
];

async function load(bench: Bench, [name, content, failed]: (typeof inputs)[number]): Promise<LoadReport> {
  await writeFile(bench.file(name), content);
  const flags = ['--file', name, '--sobject', 'Account', '--results-dir', 'o', '--set-aside-invalid'];
  const { code, answer } = await bench.runJson<Answer>('insert', ...flags);
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ successfulRecords: 1, failedRecords: failed });
  return answer.result;
}

async function namesOf(bench: Bench): Promise<unknown[]> {
  return (await bench.org.records('Account')).map(({ Name }) => Name).sort();
}

test.each(inputs)(
  'what stands for values of %s that no cell can hold is not sent by a retry',
  async (...input) => {
    await using bench = await openBench();
    const { jobId, failedFilePath } = await load(bench, input);
    const retry = () => bench.runJson<Answer>('job', 'retry', '--id', jobId ?? '');
    const unchanged = await retry();
    expect(unchanged.code, JSON.stringify(unchanged.answer)).toBe(2);
    expect(unchanged.answer.message).toContain('Nothing was sent');
    expect(await namesOf(bench)).toEqual(['good']);
    const rows = await readFile(failedFilePath ?? '', 'utf8');
    await writeFile(failedFilePath ?? '', rows.replace(/,(list|error),.*/, ',$1,fixed'));
    const { code, answer } = await retry();
    expect(code, JSON.stringify(answer)).toBe(68);
    expect(answer.result).toMatchObject({ successfulRecords: 1, failedRecords: input[2] - 1 });
    expect(await namesOf(bench)).toHaveLength(2);
    const left = await readFile(answer.result.failedFilePath ?? '', 'utf8');
    for (const line of rows
      .trimEnd()
      .split('\n')
      .filter((row) => !/,(list|error),/.test(row))) {
      expect(left.replaceAll('"', '')).toContain(line.replaceAll('"', ''));
    }
  },
  60_000,
);

test.each(inputs)(
  'nor by a load of the failed-records file: %s',
  async (...input) => {
    await using bench = await openBench();
    const { failedFilePath } = await load(bench, input);
    const flags = ['--file', failedFilePath ?? '', '--sobject', 'Account'];
    for (const more of [[], ['--no-preflight']]) {
      const { code, answer } = await bench.runJson<Answer>('insert', ...flags, ...more);
      expect(code, JSON.stringify(answer)).toBe(2);
    }
    expect(await namesOf(bench)).toEqual(['good']);
    const rows = await readFile(failedFilePath ?? '', 'utf8');
    await writeFile(failedFilePath ?? '', rows.replace(/,(list|error),.*/, ',$1,fixed'));
    const { code, answer } = await bench.runJson<Answer>('insert', ...flags, '--set-aside-invalid');
    expect(code, JSON.stringify(answer)).toBe(68);
    expect(answer.result).toMatchObject({ successfulRecords: 1, failedRecords: input[2] - 1 });
    expect(await namesOf(bench)).toHaveLength(2);
  },
  60_000,
);

test.each([
  ['the mark of an end of file', 'Name\nAda\n\u001a'],
  ['a NUL byte', 'Name,Site\nAda,1\nBob,\0\n'],
])(
  'a row that was set aside for %s is not sent as long as it is as it was',
  async (_, content) => {
    await using bench = await openBench();
    const { jobId, failedFilePath } = await load(bench, ['a.csv', content, 1]);
    const { code, answer } = await bench.runJson<Answer>('job', 'retry', '--id', jobId ?? '');
    expect(code, JSON.stringify(answer)).toBe(2);
    expect(answer.message).toContain('1 of 1 row has no values: it is not sent, and stays failed.');
    const inserted = await bench.runJson<Answer>(
      'insert',
      '--file',
      failedFilePath ?? '',
      '--sobject',
      'Account',
    );
    expect(inserted.code, JSON.stringify(inserted.answer)).toBe(2);
    expect(await namesOf(bench)).toEqual(['Ada']);
  },
  60_000,
);
