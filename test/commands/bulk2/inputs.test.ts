import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bash } from '../../support/bash.ts';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { needing } from '../../support/systems.ts';
import { excelWorkbook } from '../../support/workbook.ts';

const insert = 'insert --sobject Account --no-preflight';

async function namesIn({ org }: Bench): Promise<unknown[]> {
  return (await org.records('Account')).map(({ Name }) => Name).sort();
}

async function copiesIn(bench: Bench): Promise<string[]> {
  const names = await readdir(bench.file('home/.sf/bulk2/runs'));
  return names.filter((name) => !/\.(?:journal|left-places)$/.test(name));
}

describe('an input that is no file', () => {
  needing('a POSIX shell').each([
    [
      'two process substitutions',
      `sf bulk2 ${insert} -f <(printf 'Name\\nAda\\n') -f <(printf 'Name\\nBob\\n')`,
    ],
    ['/dev/stdin from a pipe', `printf 'Name\\nAda\\nBob\\n' | sf bulk2 ${insert} -f /dev/stdin`],
    [
      '/dev/stdin from a file',
      `printf 'Name\\nAda\\nBob\\n' > a.csv; sf bulk2 ${insert} -f /dev/stdin < a.csv`,
    ],
    ['an open file', `printf 'Name\\nAda\\nBob\\n' > a.csv; sf bulk2 ${insert} -f /dev/fd/5 5< a.csv`],
    ['a FIFO', `mkfifo pipe; (sleep 1; printf 'Name\\nAda\\nBob\\n' > pipe) & sf bulk2 ${insert} -f pipe`],
    [
      'a mapping by process substitution',
      `printf 'N\\nAda\\nBob\\n' > a.csv; sf bulk2 ${insert} -f a.csv --mapping-file <(echo N=Name)`,
    ],
  ])('%s is loaded like a file, and leaves no copy', async (_, line) => {
    await using bench = await openBench();
    const { code, stderr } = await bash(bench, line);
    expect(code, stderr).toBe(0);
    expect(await namesIn(bench)).toEqual(['Ada', 'Bob']);
    expect(await copiesIn(bench)).toEqual([]);
  });

  needing('a POSIX shell')('a query is read from a process substitution', async () => {
    await using bench = await openBench();
    const { code, stdout, stderr } = await bash(
      bench,
      `sf bulk2 query --query-file <(echo 'SELECT Name FROM Account')`,
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toBe('"Name"\n');
  });

  // Seen by /proc.
  needing('/proc').each([
    ['--file', (fifo: string) => ['insert', '--sobject', 'Account', '--file', fifo]],
    ['--query-file', (fifo: string) => ['query', '--query-file', fifo]],
  ])(
    'a FIFO for %s that nobody writes to is waited for until Ctrl-C, which ends with exit code 130',
    async (_, args) => {
      await using bench = await openBench({}, { ownProcesses: true });
      execFileSync('mkfifo', [bench.file('pipe')]);
      const { child, ended } = bench.start(...args('pipe'));
      // What has come this far waits for the FIFO: the object has been described, or the query is about to be read.
      await waitingForFifo(child.pid ?? 0);
      child.kill('SIGINT');
      const { code, stderr } = await ended;
      expect(code, stderr).toBe(130);
    },
  );

  test('folders, sockets and devices are refused by name', async () => {
    await using bench = await openBench();
    await mkdir(bench.file('folder.csv'));
    const load = await bench.run('insert', '--sobject', 'Account', '--file', 'folder.csv');
    expect(load.code).toBe(2);
    expect(load.stderr).toContain('folder.csv: This is a folder, not a file.');
    const query = await bench.run('query', '--query-file', 'folder.csv');
    expect(query.code).toBe(2);
    expect(query.stderr).toContain('This is a folder, not a file.');
    const missing = await bench.run('query', '--query-file', 'none.soql');
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('There is no file none.soql.');
  });
});

test('a compressed input leaves no copy when every row has succeeded', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv.gz'), gzipSync('Name\nAda\n'));
  const { code, stderr } = await bench.run('insert', '--sobject', 'Account', '--file', 'a.csv.gz');
  expect(code, stderr).toBe(0);
  expect(await copiesIn(bench)).toEqual([]);
});

test('neither does one with rows that failed, nor the retry of these', async () => {
  await using bench = await openBench();
  const action = { kind: 'lock-rows', column: 'Name', values: ['Bob'], tries: 1 } as const;
  await bench.org.faults.add({ endpoint: 'ingest.process', count: 'always', action });
  await writeFile(bench.file('a.csv.gz'), gzipSync('Name\nAda\nBob\n'));
  const args = ['insert', '--sobject', 'Account', '--file', 'a.csv.gz'];
  const { code, answer } = await bench.runJson<{ result: { jobId: string } }>(...args);
  expect(code).toBe(68);
  expect(await copiesIn(bench)).toEqual([]);
  const retried = await bench.run('job', 'retry', '--id', answer.result.jobId);
  expect(retried.code, retried.stderr).toBe(0);
  expect(await copiesIn(bench)).toEqual([]);
});

/** Resolves when a process has a FIFO open. */
async function waitingForFifo(pid: number): Promise<void> {
  for (;;) {
    const listed = spawnSync('ls', ['-l', `/proc/${pid}/fd`]).stdout.toString();
    if (/ -> \/.*\/pipe$/m.test(listed)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a sheet of an Excel workbook is loaded, by its name too', async () => {
  await using bench = await openBench();
  const sheets = { Notes: [['Read', 'me']], Accounts: [['Name'], ['Ada'], ['Bob']] };
  await writeFile(bench.file('a.xlsx'), excelWorkbook(sheets));
  const load = ['insert', '--sobject', 'Account', '--file', 'a.xlsx'];
  const { code, stderr } = await bench.run(...load, '--sheet', 'Accounts');
  expect(code, stderr).toBe(0);
  expect(await namesIn(bench)).toEqual(['Ada', 'Bob']);
  expect(await copiesIn(bench)).toEqual([]);
  const refused = await bench.run(...load, '--sheet', 'Contacts');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('Notes, Accounts')]);
});
