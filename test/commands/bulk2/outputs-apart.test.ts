import { copyFile, link, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { bash } from '../../support/bash.ts';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { needing } from '../../support/systems.ts';

// No output takes the place of a file that the command reads, or has written before.

let bench: Bench;
const contents = new Map<string, string>();

beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

beforeEach(() => contents.clear());

/** A file that has to be the same at the end. */
async function kept(name: string, text: string): Promise<string> {
  await writeFile(bench.file(name), text);
  contents.set(name, text);
  return name;
}

async function expectRefused(said: string, args: readonly string[]): Promise<void> {
  await bench.org.resetCounters();
  const { code, stderr } = await bench.run(...args);
  expect(code, stderr).toBe(2);
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain(said);
  for (const [name, text] of contents) expect(await readFile(bench.file(name), 'utf8'), name).toBe(text);
  expect((await bench.org.counters()).requests['ingest.create']).toBeUndefined();
}

const insert = (...more: string[]): string[] => ['insert', '-f', 'a.csv', '-s', 'Account', ...more];

/** A load with a failed row, and the names of its result files. */
async function loaded(): Promise<{ id: string; failed: string; success: string }> {
  await writeFile(bench.file('load.csv'), `Name,AccountNumber\nAda,1\nBob,${'9'.repeat(60)}\n`);
  const flags = ['-f', 'load.csv', '-s', 'Account', '--no-preflight', '--if-interrupted', 'new'];
  const { answer } = await bench.runJson<{ result: LoadReport }>('insert', ...flags);
  const { jobId, failedFilePath, successFilePath } = answer.result;
  const paths = [failedFilePath, successFilePath].map((path) => basename(path ?? ''));
  for (const name of paths) contents.set(name, await readFile(bench.file(name), 'utf8'));
  const [failed = '', success = ''] = paths;
  return { id: String(jobId), failed, success };
}

const readBy = 'is read by this command, and --report would replace it';

needing('symlinks')('the report of a load does not go through a link into its input', async () => {
  await kept('a.csv', 'Name\nAda\n');
  await symlink('a.csv', bench.file('through.html'));
  await expectRefused(readBy, insert('--report', 'through.html'));
});

test('nor into an input that is refused, by another of its names', async () => {
  await kept('a.csv', 'Name\n"Ada\n');
  await link(bench.file('a.csv'), bench.file('hard.html'));
  await expectRefused(readBy, insert('--report', 'hard.html'));
});

test('nor into its mapping file', async () => {
  await kept('a.csv', 'Name\nAda\n');
  await kept('m.sdl', 'Name=Name\n');
  await expectRefused(readBy, insert('--mapping-file', 'm.sdl', '--report', 'm.sdl'));
});

test('nor into any other file that is no report', async () => {
  await kept('a.csv', 'Name\nAda\n');
  await kept('notes.txt', 'Mine\n');
  await expectRefused("isn't a report", insert('--report', 'notes.txt'));
  const set = ['update', '--query', 'SELECT Id FROM Account', '--set', 'Site=x', '--no-prompt'];
  await expectRefused("isn't a report", [...set, '--report', 'notes.txt']);
});

test('the report of a retry does not take the place of the rows that it sends', async () => {
  const { id, failed } = await loaded();
  await copyFile(bench.file(failed), bench.file('fixed.csv'));
  contents.set('fixed.csv', contents.get(failed) ?? '');
  const retry = ['job', 'retry', '-i', id];
  await expectRefused(readBy, [...retry, '--failed-file', 'fixed.csv', '--report', 'fixed.csv']);
  await expectRefused('is a result file of the load', [...retry, '--report', failed]);
});

test('a report does not take the place of the results that it is of', async () => {
  const { id, failed, success } = await loaded();
  for (const name of [failed, success]) {
    const said = 'is a result file of the load, and --output-file would replace it';
    await expectRefused(said, ['job', 'report', '-i', id, '--output-file', name]);
  }
});

needing('symlinks')('records do not take the place of the query or the ids they are asked with', async () => {
  const said = 'is read by this command, and --output-file would replace it';
  await kept('ids.csv', 'Id\n001000000000001AAA\n');
  await symlink('ids.csv', bench.file('records.csv'));
  const ids = ['query', '-s', 'Account', '--fields', 'Id', '--ids', 'ids.csv'];
  await expectRefused(said, [...ids, '--output-file', 'records.csv']);
  await kept('a.soql', 'SELECT Id FROM Account');
  await expectRefused(said, ['query', '--query-file', 'a.soql', '--output-file', './a.soql']);
});

needing('a POSIX shell')('nor do outputs take the place of what a shell has opened', async () => {
  await kept('a.csv', 'Name\nAda\n');
  const load = 'sf bulk2 insert -s Account -f';
  for (const line of [`${load} - --report a.csv < a.csv`, `${load} a.csv --report page.html > page.html`]) {
    const { code, stderr } = await bash(bench, line);
    expect(code, stderr).toBe(2);
    expect(stderr).toContain('and --report would replace it');
  }
  expect(await readFile(bench.file('a.csv'), 'utf8')).toBe('Name\nAda\n');
});
