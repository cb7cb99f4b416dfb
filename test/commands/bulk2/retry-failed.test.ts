import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { openBench } from '../../support/bulk2.ts';

type Answer = { status: number; result: LoadReport };

test('rows that meet a lock succeed with --retry-failed, others are not sent again, and none twice after succeeding', async () => {
  await using bench = await openBench();
  const rows = Array.from(
    { length: 300 },
    (_, row) => `r-${row},Row ${row},${row === 7 ? 'x'.repeat(300) : ''}`,
  );
  await writeFile(bench.file('a.csv'), `External_Id__c,Name,AccountNumber\n${rows.join('\n')}\n`);
  await bench.org.faults.add({
    endpoint: 'ingest.process',
    count: 'always',
    action: { kind: 'lock-rows', everyNth: 10, tries: 1 },
  });
  const flags = [
    '-f',
    'a.csv',
    '-s',
    'Account',
    '-i',
    'External_Id__c',
    '--no-preflight',
    '--retry-failed',
    '3',
  ];
  const { code, answer } = await bench.runJson<Answer>('upsert', ...flags);
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ successfulRecords: 299, failedRecords: 1, unprocessedRecords: 0 });

  const read = async (path: string | null) =>
    parse<Record<string, string>>(await readFile(path ?? ''), { columns: true });
  const succeeded = await read(answer.result.successFilePath);
  expect(new Set(succeeded.map((row) => row.External_Id__c)).size).toBe(299);
  expect(await read(answer.result.failedFilePath)).toEqual([
    expect.objectContaining({ External_Id__c: 'r-7', source__File: 'a.csv', source__Row: '8' }),
  ]);

  const [first, ...others] = await bench.org.jobs();
  expect(first?.processed).toBe(300);
  expect(others.reduce((sum, job) => sum + job.processed, 0)).toBeLessThanOrEqual(90);
  expect(others.every((job) => job.processed <= 30)).toBe(true);

  const figures = { successfulRecords: 299, failedRecords: 1, unprocessedRecords: 0 };
  for (const command of ['status', 'resume']) {
    const later = await bench.runJson<Answer>('job', command, '--id', answer.result.jobId ?? '');
    expect(later.answer.result, command).toMatchObject(figures);
  }
});

test('a file that is given twice has each of its failed rows sent again, and those that still fail in its file', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  const lock = { kind: 'lock-rows', column: 'Name', values: ['Bob'], tries: 4 } as const;
  await bench.org.faults.add({ endpoint: 'ingest.process', count: 'always', action: lock });
  const flags = ['--file', 'a.csv', '--file', 'a.csv', '--sobject', 'Account', '--no-preflight'];
  const { answer } = await bench.runJson<Answer>('insert', ...flags, '--retry-failed', '1');
  expect(answer.result).toMatchObject({ successfulRecords: 2, failedRecords: 2, unprocessedRecords: 0 });
  const failed = parse<Record<string, string>>(await readFile(answer.result.failedFilePath ?? ''), {
    columns: true,
  });
  const places = failed.map((row) => [row.Name, row.source__File, row.source__Row]);
  expect(places.sort()).toEqual([
    ['Bob', 'a.csv (2)', '2'],
    ['Bob', 'a.csv', '2'],
  ]);
});
