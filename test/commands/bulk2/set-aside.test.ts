import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { textCellOf, workbookOfCells } from '../../support/workbook.ts';

type Answer = {
  status: number;
  result: LoadReport;
  warnings?: string[];
  message?: string;
  actions?: string[];
};

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const text = 'Name,NumberOfEmployees\nA,1\n,2\nB,many\n,\nC,3\n';
const insert = ['insert', '--sobject', 'Account', '--set-aside-invalid'];

async function names(): Promise<unknown[]> {
  return (await bench.org.records('Account')).map(({ Name }) => Name).sort();
}

/** The cells of the row of a file in a page's table of inputs, which has its rows, those that were sent, and the others. */
function cellsOf(html: string, file: string): string[] {
  const [, row = ''] =
    new RegExp(`<tr[^>]*>((?:(?!<tr)[^])*?>${file}<(?:(?!<tr)[^])*?)</tr>`).exec(html) ?? [];
  return row.split(/<[^>]*>/).flatMap((text) => text.trim() || []);
}

test('valid rows are loaded, invalid ones are in the failed records, and a retry takes them once they are fixed', async () => {
  await writeFile(bench.file('aside.csv'), text);
  const { code, answer } = await bench.runJson<Answer>(
    ...insert,
    '--file',
    'aside.csv',
    '--results-dir',
    'first',
    '--report',
    'aside.html',
  );
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ successfulRecords: 2, failedRecords: 2, unprocessedRecords: 0 });
  expect(answer.result.errors.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  expect(answer.warnings?.join()).toMatch(/2 invalid rows of aside.csv are set aside/);
  const html = await readFile(bench.file('aside.html'), 'utf8');
  expect(cellsOf(html, 'aside.csv').slice(0, 4)).toEqual(['aside.csv', '4', '2', '2']);
  expect(await names()).toEqual(['A', 'C']);
  const path = answer.result.failedFilePath ?? '';
  const failed = await readFile(path, 'utf8');
  expect(failed).toMatch(/NOT_SENT: .*,aside\.csv,2,,2\n.*NOT_SENT: .*,aside\.csv,3,B,many\n$/);
  await writeFile(path, failed.replace(',,2\n', ',D,2\n').replace('B,many', 'B,4'));
  const retry = await bench.runJson<Answer>('job', 'retry', '--id', answer.result.jobId ?? '');
  expect(retry.code, JSON.stringify(retry.answer)).toBe(0);
  expect(await names()).toEqual(['A', 'B', 'C', 'D']);
});

test('rows that are no sound CSV are set aside, and a retry sends none whose cells are a guess', async () => {
  await writeFile(bench.file('broken.csv'), 'Name,NumberOfEmployees\nF,1\nG, Inc.,2\nH 5",3\n');
  const { code, answer } = await bench.runJson<Answer>(...insert, '--file', 'broken.csv');
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 2, unprocessedRecords: 0 });
  const path = answer.result.failedFilePath ?? '';
  const failed = await readFile(path, 'utf8');
  expect(failed).toMatch(
    /3 values where .* The line is: G, Inc.,2",broken.csv,2,,\n.*,broken.csv,3,"H 5""",3\n$/,
  );
  const before = await names();
  const retry = await bench.runJson<Answer>('job', 'retry', '--id', answer.result.jobId ?? '');
  expect((await names()).filter((name) => !before.includes(name))).toEqual(['H 5"']);
  expect(retry.code).toBe(68);
  expect(retry.answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 1 });
  expect(retry.answer.warnings?.join()).toMatch(
    /1 of 2 rows has no values: it is not sent, and stays failed/,
  );
  expect(await readFile(retry.answer.result.failedFilePath ?? '', 'utf8')).toMatch(
    /The line is: G, Inc.,2",broken.csv,2,,\n$/,
  );
});

test.each([
  ['lines.ndjson', '{"Name":"K","Site":"a"}\n{"Name":"L",\n'],
  ['elements.json', '[{"Name":"K","Site":"a"},["L"]]'],
])(
  'a record that cannot be read is set aside, and a retry sends it once its cells are written: %s',
  async (name, content) => {
    await writeFile(bench.file(name), content);
    const { code, answer } = await bench.runJson<Answer>(...insert, '--file', name);
    expect(code, JSON.stringify(answer)).toBe(68);
    expect(answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 1, unprocessedRecords: 0 });
    const path = answer.result.failedFilePath ?? '';
    const failed = await readFile(path, 'utf8');
    expect(failed).toMatch(new RegExp(`The text is: .*L.*,${name},2,,\n$`));
    const unfixed = await bench.runJson<Answer>('job', 'retry', '--id', answer.result.jobId ?? '');
    expect([unfixed.code, unfixed.answer.message]).toEqual([
      2,
      expect.stringContaining('1 of 1 row has no values'),
    ]);
    const before = await names();
    await writeFile(path, failed.replace(/,2,,\n$/, ',2,L,b\n'));
    const retry = await bench.runJson<Answer>('job', 'retry', '--id', answer.result.jobId ?? '');
    expect(retry.code, JSON.stringify(retry.answer)).toBe(0);
    expect(await names()).toEqual([...before, 'L'].sort());
  },
);

test('a row of a workbook with an error is set aside, and a retry sends it once it is fixed', async () => {
  const workbook = workbookOfCells(
    [textCellOf('A1', 'Name'), textCellOf('B1', 'NumberOfEmployees')],
    [textCellOf('A2', 'M'), '<c r="B2"><v>1</v></c>'],
    [textCellOf('A3', 'N'), '<c r="B3" t="e"><v>#N/A</v></c>'],
  );
  await writeFile(bench.file('book.xlsx'), workbook);
  const { code, answer } = await bench.runJson<Answer>(...insert, '--file', 'book.xlsx');
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 1 });
  const path = answer.result.failedFilePath ?? '';
  const failed = await readFile(path, 'utf8');
  expect(failed).toMatch(/is the error #N\/A\.".*,book\.xlsx,2,N,NOT_SENT: #N\/A\n$/);
  await writeFile(path, failed.replace('NOT_SENT: #N/A\n', '5\n'));
  const retry = await bench.runJson<Answer>('job', 'retry', '--id', answer.result.jobId ?? '');
  expect(retry.code, JSON.stringify(retry.answer)).toBe(0);
  expect(await names()).toContain('N');
});

test('a dry run counts the rows that would be set aside, and says why', async () => {
  await writeFile(bench.file('dry.csv'), text);
  const before = await names();
  const args = [...insert, '--file', 'dry.csv', '--dry-run'];
  const { code, answer } = await bench.runJson<Answer>(...args);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result).toMatchObject({
    processedRecords: 2,
    failedRecords: 2,
    unprocessedRecords: 2,
    failedFilePath: null,
    plan: { rows: 2, jobs: 1 },
  });
  expect(answer.result.errors.map(({ code: error, count }) => [error, count])).toEqual([
    ['NOT_SENT', 1],
    ['NOT_SENT', 1],
  ]);
  const { stdout, stderr } = await bench.run(...args);
  expect(stderr).not.toMatch(/set aside/);
  expect(stdout).toMatch(
    /2 rows more would be set aside, and count as failed:\n {2}1 row: .*Name.*\n {2}1 row: .*not a number/,
  );
  expect(await names()).toEqual(before);
});

test('rows that the org refuses and rows that were set aside are failed records of one load', async () => {
  await writeFile(bench.file('both.csv'), 'Id,NumberOfEmployees\n001000000000001AAA,1\nx,2\n');
  const flags = ['--sobject', 'Account', '--set-aside-invalid', '--retry-failed', '1'];
  const { code, answer } = await bench.runJson<Answer>('update', '--file', 'both.csv', ...flags);
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ processedRecords: 2, successfulRecords: 0, failedRecords: 2 });
  const failed = await readFile(answer.result.failedFilePath ?? '', 'utf8');
  expect(failed.trimEnd().split('\n')).toHaveLength(3);
});

test('a load of which every row is set aside sends nothing, and its failed records can be loaded once they are fixed', async () => {
  await writeFile(bench.file('all.csv'), 'Name,NumberOfEmployees\nE,many\n');
  const { code, answer } = await bench.runJson<Answer>(...insert, '--file', 'all.csv');
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ jobId: null, jobs: [], failedRecords: 1, processedRecords: 1 });
  const path = answer.result.failedFilePath ?? '';
  await writeFile(path, (await readFile(path, 'utf8')).replace('E,many', 'E,5'));
  const again = await bench.runJson<Answer>('insert', '--sobject', 'Account', '--file', path);
  expect(again.code, JSON.stringify(again.answer)).toBe(0);
  expect(await names()).toContain('E');
});

test('a load that returns after the upload keeps the rows that were set aside for whoever resumes it', async () => {
  await writeFile(bench.file('later.csv'), 'Name,NumberOfEmployees\nF,many\nG,7\n');
  const started = await bench.runJson<Answer>(...insert, '--file', 'later.csv', '--async');
  expect(started.code).toBe(0);
  await writeFile(bench.file('later.csv'), '');
  const id = started.answer.result.jobId ?? '';
  const { code, answer } = await bench.runJson<Answer>(
    'job',
    'resume',
    '--id',
    id,
    '--results-dir',
    join(bench.folder, 'later'),
  );
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 1 });
  expect(await readFile(answer.result.failedFilePath ?? '', 'utf8')).toMatch(
    /NOT_SENT.*,later\.csv,1,F,many/,
  );
});

test('a load of which every row is set aside is named for a retry, and is complete at once', async () => {
  await writeFile(bench.file('named.csv'), 'Name,NumberOfEmployees\nJ,many\n');
  const { code, answer } = await bench.runJson<Answer>(...insert, '--file', 'named.csv', '--async');
  expect(code, JSON.stringify(answer)).toBe(68);
  const { runId = '', failedFilePath } = answer.result;
  const path = failedFilePath ?? '';
  const moved = bench.file('moved.csv');
  await rename(path, moved);
  const gone = await bench.runJson<Answer>('job', 'retry', '--id', runId);
  expect(gone.answer.actions?.[0]).toBe(
    `Put it back, or say where it is: sf bulk2 job retry --id ${runId} --failed-file FILE`,
  );
  await writeFile(path, (await readFile(moved, 'utf8')).replace('J,many', 'J,5'));
  const retry = await bench.runJson<Answer>('job', 'retry', '--id', runId);
  expect(retry.code, JSON.stringify(retry.answer)).toBe(0);
  expect(await names()).toContain('J');
});

test('job results of a load has the rows that were set aside, before and after the load is collected', async () => {
  await writeFile(bench.file('results.csv'), 'Name,NumberOfEmployees\nH,many\nI,7\n');
  const started = await bench.runJson<Answer>(...insert, '--file', 'results.csv', '--async');
  expect(started.answer.result).toMatchObject({ failedRecords: 1, errors: [{ code: 'NOT_SENT', count: 1 }] });
  expect(started.answer.result.errors[0]?.message).toMatch(/^NumberOfEmployees: /);
  const id = started.answer.result.jobId ?? '';
  const before = await bench.runJson<Answer>('job', 'status', '--id', id, '--watch');
  expect(before.answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 1 });
  const early = await bench.runJson<Answer>('job', 'results', '--id', id, '--results-dir', 'early');
  expect(early.code, JSON.stringify(early.answer)).toBe(68);
  const resumed = await bench.runJson<Answer>('job', 'resume', '--id', id, '--results-dir', 'collected');
  const late = await bench.runJson<Answer>('job', 'results', '--id', id, '--results-dir', 'late');
  expect(late.code, JSON.stringify(late.answer)).toBe(68);
  for (const { answer } of [early, resumed, late]) {
    expect(answer.result).toMatchObject({ successfulRecords: 1, failedRecords: 1 });
    const failed = await readFile(answer.result.failedFilePath ?? '', 'utf8');
    expect(failed).toMatch(/NOT_SENT: NumberOfEmployees.*,results\.csv,1,H,many\n/);
  }
});

test('without it the file is refused, and both ways out are named', async () => {
  await writeFile(bench.file('refused.csv'), text);
  const { code, answer } = await bench.runJson<Answer>(
    'insert',
    '--sobject',
    'Account',
    '--file',
    'refused.csv',
  );
  expect(code).toBe(2);
  expect(answer.actions?.join()).toMatch(/--set-aside-invalid.*--no-preflight/);
});

test('a page has for each file how many of its rows were sent, and how many were not', async () => {
  await writeFile(bench.file('one.csv'), text);
  await writeFile(bench.file('two.csv'), text.split('\n').slice(0, 2).join('\n'));
  const files = ['--file', 'one.csv', '--file', 'two.csv', '--report', 'two.html', '--results-dir', 'two'];
  expect((await bench.run(...insert, ...files)).code).toBe(68);
  const html = await readFile(bench.file('two.html'), 'utf8');
  expect(cellsOf(html, 'one.csv').slice(0, 4)).toEqual(['one.csv', '4', '2', '2']);
  expect(cellsOf(html, 'two.csv').slice(0, 4)).toEqual(['two.csv', '1', '1', '0']);
});
