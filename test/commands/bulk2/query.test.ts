import { spawn } from 'node:child_process';
import { open, readFile, rename } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QueryReport } from '../../../src/cli/query/query-text.js';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { projectRoot } from '../../host/sf.ts';

type Success = { status: number; result: QueryReport; warnings: string[] };
type Failure = {
  status: number;
  name: string;
  message: string;
  actions?: string[];
  stack?: string;
  data: QueryReport & { problems?: unknown[] };
};

const accountCount = 9;
const soql = 'SELECT Id, Name, AnnualRevenue, Owner.Username FROM Account ORDER BY Name';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ queryPageRows: 4, tables: { Big__c: 300_000 } });
  bench.org.database.load(
    'Account',
    Array.from({ length: accountCount }, (_, index) => ({
      Name: `Account ${index}`,
      AnnualRevenue: index % 2 === 0 ? null : index * 1000,
    })),
  );
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const text = (name: string): Promise<string> => readFile(bench.file(name), 'utf8');

describe('a query that cannot be read to its end', () => {
  const unread = 'SELECT Id FROM Account ORDER BY Name COLLATE 5';

  test('goes to the org with a warning, and what the org says is told', async () => {
    await bench.org.resetCounters();
    const { code, stderr } = await bench.run('query', '--query', unread);
    expect(code).toBe(1);
    expect(stderr).toContain('The query is sent unchecked');
    expect(stderr).toContain('Line 1, column 38: "COLLATE" is not understood here.');
    expect(stderr).toContain('MALFORMED_QUERY');
    expect((await bench.org.counters()).requests).toMatchObject({ 'query.create': 1 });
  });

  test('is refused, with the fix, when it has a mistake that is known', async () => {
    await bench.org.resetCounters();
    const { code, answer } = await bench.runJson<Failure>('query', '--query', `SELECT TOP 5 Id FROM Account`);
    expect(code).toBe(2);
    expect(answer.message).toContain('SOQL has no TOP');
    expect(answer.actions).toEqual(['Leave out "TOP 5", and end the query with "LIMIT 5".']);
    expect((await bench.org.counters()).log).toEqual([]);
  });
});

describe('where the records go', () => {
  test('to a file: nothing on standard output, a sentence on standard error', async () => {
    const { code, stdout, stderr } = await bench.run('query', '--query', soql, '--output-file', 'a.csv');
    expect(code, stderr).toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^9 records written to .*a\.csv in [\d.]+ s \(\d+ records\/s, \d+ API requests\)\.\n$/m,
    );
    expect(parse(await text('a.csv'), { columns: true })).toHaveLength(accountCount);
  });

  test('into a pipe: CSV, and nothing else', async () => {
    const { code, stdout, stderr } = await bench.run('query', '--query', soql);
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(await text('a.csv'));
    expect(stderr).toBe('');
  });

  test.each([[], ['--rest']])('as CSV for Excel: %s', async (...through) => {
    bench.org.database.load('Lead', [{ LastName: 'Big', Company: 'B', AnnualRevenue: 1.6e13 }]);
    const query = 'SELECT LastName, AnnualRevenue FROM Lead LIMIT 1';
    const plain = await bench.run('query', '--query', query, '--bom', '--plain-numbers', ...through);
    expect(plain.stdout).toBe('\uFEFF"LastName","AnnualRevenue"\n"Big","16000000000000"\n');
  });

  test('as an Excel workbook, with numbers as numbers', async () => {
    const { code, stderr } = await bench.run('query', '--query', soql, '--output-file', 'a.xlsx');
    expect(code, stderr).toBe(0);
    const [header, first, second] = await readSheet(bench.file('a.xlsx'));
    expect(header).toEqual(['Id', 'Name', 'AnnualRevenue', 'Owner.Username']);
    expect(first).toEqual([expect.any(String), 'Account 0', null, expect.any(String)]);
    expect(second?.[2]).toBe(1000);
  });

  test.each([
    ['a.xls', [], true],
    ['a.doc', [], true],
    ['a.doc', ['--result-format', 'csv'], false],
    ['a.txt', [], false],
  ])('as CSV in %s %s, told where the name promises another format: %s', async (name, flags, isTold) => {
    const { code, stderr } = await bench.run('query', '--query', soql, '--output-file', name, ...flags);
    expect(code, stderr).toBe(0);
    expect(stderr.includes(`The output is CSV, though its name ends in ${extname(name)}.`)).toBe(isTold);
  });

  test('as a table, with the total', async () => {
    const { code, stdout } = await bench.run('query', '--query', soql, '--result-format', 'human');
    expect(code).toBe(0);
    expect(stdout).toContain('Account 8');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('9 records.');
  });

  test('into the JSON of the command, typed, nested on request', async () => {
    const { code, answer } = await bench.runJson<Success>('query', '--query', soql, '--nested');
    expect(code).toBe(0);
    expect(answer.status).toBe(0);
    const [job] = (await bench.org.jobs()).slice(-1);
    expect(answer.result).toMatchObject({
      jobId: job?.id,
      totalSize: accountCount,
      filePath: null,
      format: 'json',
    });
    expect(answer.result.records?.slice(0, 2)).toMatchObject([
      { Name: 'Account 0', AnnualRevenue: null, Owner: { Username: bench.org.username } },
      { Name: 'Account 1', AnnualRevenue: 1000 },
    ]);
  });

  test('of no records: an empty list', async () => {
    const query = "SELECT Id FROM Account WHERE Name = 'nobody'";
    const { code, answer } = await bench.runJson<Success>('query', '--query', query);
    expect(code).toBe(0);
    expect(answer.result).toMatchObject({ totalSize: 0, records: [] });
  });

  test('to a folder', async () => {
    const args = ['--query', soql, '--output-dir', 'parts', '--result-format', 'json'];
    const { code, answer } = await bench.runJson<Success>('query', ...args);
    expect(code).toBe(0);
    expect(answer.result.filePath).toBe(bench.file('parts'));
    expect(JSON.parse(await text(join('parts', 'part-000002.json')))).toHaveLength(1);
    expect(answer.result.apiRequests).toBeGreaterThan(4);
  });
});

describe('what is exported', () => {
  test('an object with all its fields, by the describe', async () => {
    const args = ['--sobject', 'account', '--all-fields', '--where', "Name = 'Account 3'"];
    const { code, stdout, stderr } = await bench.run('query', ...args);
    expect(code, stderr).toBe(0);
    const [row] = parse<Record<string, string>>(stdout, { columns: true });
    expect(row).toMatchObject({ Name: 'Account 3', BillingCity: '' });
    expect(row).not.toHaveProperty('BillingAddress');
    expect(stderr).toContain('Left out, because Bulk jobs do not return them: BillingAddress');
  });

  test('what has changed since the last time', async () => {
    const args = ['--query', 'SELECT Name FROM Account', '--since', 'LAST', '--output-file', 'since.csv'];
    const first = await bench.run('query', ...args);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toContain('There is no earlier export');
    await rename(bench.file('since.csv'), bench.file('taken.csv'));
    const second = await bench.run('query', ...args);
    expect(second.code, second.stderr).toBe(0);
    expect(second.stderr).toContain('Exporting what has changed since 20');
  });

  test('what has changed within a span, told by a field of choice', async () => {
    const args = ['--query', 'SELECT Name FROM Account', '--since', '24h', '--since-field', 'CreatedDate'];
    const before = Date.now();
    const { code, stderr } = await bench.run('query', ...args);
    expect(code, stderr).toBe(0);
    const since = Date.parse(/changed since (\S+Z)/.exec(stderr)?.[1] ?? '');
    expect(since).toBeGreaterThanOrEqual(before - 24 * 3_600_000);
    expect(since).toBeLessThanOrEqual(Date.now() - 24 * 3_600_000);
  });

  test('what only REST can answer', async () => {
    const args = ['--query', 'SELECT COUNT(Id) n FROM Account', '--rest'];
    const { code, answer } = await bench.runJson<Success>('query', ...args);
    expect(code).toBe(0);
    expect(answer.result).toMatchObject({ jobId: null, totalSize: 1, records: [{ n: accountCount }] });
  });
});

describe('what is refused before anything is sent, with exit code 2', () => {
  test.each<[string, string[], string]>([
    ['an unknown field, with its place', ['-q', 'SELECT Id, Nmae FROM Account'], 'Line 1, column 12'],
    ['an unknown object', ['-q', 'SELECT Id FROM Acount'], 'Did you mean "Account"?'],
    ['an aggregate, with the way out', ['-q', 'SELECT COUNT(Id) FROM Account'], 'Add --rest'],
  ])('%s', async (_, args, message) => {
    const before = (await bench.org.jobs()).length;
    const { code, stdout, stderr } = await bench.run('query', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(await bench.org.jobs()).toHaveLength(before);
  });

  test('every problem of a query, as JSON', async () => {
    const query = 'SELECT Nmae, COUNT(Id) FROM Account GROUP BY Nmae';
    const { code, answer } = await bench.runJson<Failure>('query', '--query', query);
    expect(code).toBe(2);
    expect(answer).toMatchObject({ status: 2, name: 'SoqlError' });
    expect(answer.data.problems).toHaveLength(3);
    expect(answer.stack).toBeUndefined();
  });
});

describe('how it ends', () => {
  test('a reader that has enough ends it quietly, with exit code 0', async () => {
    const { child, ended } = bench.start('query', '--query', 'SELECT Id, Name FROM Big__c');
    const reader = spawn('head', ['-n', '2'], { stdio: ['pipe', 'ignore', 'ignore'] });
    child.stdout?.pipe(reader.stdin);
    reader.stdin.on('error', () => undefined);
    reader.once('exit', () => child.stdout?.destroy());
    const { code, stderr } = await ended;
    expect(code, stderr).toBe(0);
    expect(stderr).toBe('');
  });

  test.each([
    ['with the count on standard error', [], /9 records in /],
    ['with nothing beside it under --json', ['--json'], /^$/],
  ])('records that go to a file of the shell end %s', async (_, flags, told) => {
    await using output = await open(bench.file('shell.txt'), 'w');
    const args = [join(projectRoot, 'bin/run.js'), 'bulk2', 'query', '--query', soql, ...flags];
    const { env, folder: cwd } = bench;
    const child = spawn(process.execPath, args, { env, cwd, stdio: ['ignore', output.fd, 'pipe'] });
    expect(await textOf(child.stderr!)).toMatch(told);
    expect(await text('shell.txt')).toContain('Account 8');
    expect(await text('shell.txt')).not.toContain('records in ');
  });

  test('an error after the first records is in valid JSON, with status 1', async () => {
    const noList = { kind: 'answer', status: 404, errorCode: 'NOT_FOUND' } as const;
    const lastPage = { kind: 'alter', headers: { 'Sforce-Locator': 'null' } } as const;
    await bench.org.faults.add({ endpoint: 'query.resultPages', action: noList });
    await bench.org.faults.add({ endpoint: 'query.results', nth: 2, action: lastPage });
    const { code, answer } = await bench.runJson<Failure & Success>('query', '--query', soql);
    expect(code).toBe(1);
    expect(answer).toMatchObject({ status: 1, name: 'RowCountError' });
    expect(answer.message).toContain('has 9 records, and its pages brought 8');
    expect(answer.result.records).toHaveLength(8);
    expect(answer.stack).toBeUndefined();
  });

  test('a job that the org fails is told with its reason, and no advice to resume it', async () => {
    const errorMessage = 'InvalidBatch : made up';
    const action = { kind: 'fail-job', afterBatches: 0, errorMessage } as const;
    await bench.org.faults.add({ endpoint: 'query.process', action });
    const { code, answer } = await bench.runJson<Failure>('query', '--query', soql, '--output-file', 'f.csv');
    expect(code).toBe(1);
    expect(answer.message).toContain(errorMessage);
    expect(answer.actions?.join() ?? '').not.toContain('resume');
    expect(answer.data).toMatchObject({ filePath: bench.file('f.csv'), totalSize: null });
  });

  test('--async returns the job, to be resumed', async () => {
    const args = ['--query', soql, '--output-file', 'later.csv', '--async'];
    const { code, answer } = await bench.runJson<Success>('query', ...args);
    expect(code).toBe(0);
    expect(answer.result.totalSize).toBeNull();
    expect(answer.result.jobId).toMatch(/^750/);
  });

  test('--wait that runs out ends with exit code 69 and the resume command', async () => {
    const hold = await bench.org.faults.add({
      endpoint: 'query.process',
      action: { kind: 'hold', when: 'before' },
    });
    const { code, stderr } = await bench.run(
      'query',
      '--query',
      soql,
      '--output-file',
      'w.csv',
      '--wait',
      '0',
    );
    await hold.remove();
    expect(code).toBe(69);
    expect(stderr).toContain('sf bulk2 job resume --id 750');
  });
});
