import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ByQueryReport } from '../../../src/cli/by-query/by-query-report.js';
import { openBench, type Bench } from '../../support/bulk2.ts';

type Answer = { status: number; result: ByQueryReport; message?: string; actions?: string[] };

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => bench.org.resetCounters());
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

function addAccounts(count: number, industry: string): void {
  const accounts = Array.from({ length: count }, (_, index) => ({
    Name: `A${index}`,
    Industry: industry,
    Phone: '555',
  }));
  bench.org.database.load('Account', accounts);
}

const namesIn = async (industry: string): Promise<unknown[]> =>
  (await bench.org.records('Account'))
    .filter(({ Industry }) => Industry === industry)
    .map(({ Name }) => Name);

test('sets fields with templates, says what it saved, and the saved file takes it back', async () => {
  addAccounts(3, 'Energy');
  const { code, stdout, stderr } = await bench.run(
    ...['update', '--sobject', 'Account', '--where', "Industry = 'Energy'"],
    ...['--set', 'Name=${Name} (old)', '--set', 'Phone=null', '--no-prompt'],
  );
  expect(code, stderr).toBe(0);
  expect(await namesIn('Energy')).toEqual(['A0 (old)', 'A1 (old)', 'A2 (old)']);
  expect(stdout).toContain('Saved the ids and old values of 3 Account records');
  const undo = /sf bulk2 update --file (.+) --sobject Account/.exec(stdout)?.[1] ?? '';
  expect((await readFile(undo, 'utf8')).split('\n')[0]).toBe('Id,Name,Phone');
  expect((await bench.run('update', '--file', undo, '--sobject', 'Account')).code).toBe(0);
  expect(await namesIn('Energy')).toEqual(['A0', 'A1', 'A2']);
  expect((await bench.org.records('Account'))[0]?.Phone).toBe('555');
});

test('more than the threshold goes through Bulk, with the files and figures of a load', async () => {
  addAccounts(5, 'Media');
  const { code, answer } = await bench.runJson<Answer>(
    ...['update', '--query', "SELECT Id FROM Account WHERE Industry = 'Media'", '--set', 'Name=${Name}!'],
    ...['--bulk-threshold', '4', '--no-prompt'],
  );
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result).toMatchObject({
    route: 'bulk',
    totalSize: 5,
    successfulRecords: 5,
    state: 'JobComplete',
    operation: 'update',
  });
  expect(await readFile(answer.result.successFilePath ?? '', 'utf8')).toContain('A0!');
  expect(await readFile(answer.result.savedFilePath ?? '', 'utf8')).toContain(',A0\n');
});

test('records that fail end with exit code 68, and are listed with their errors', async () => {
  addAccounts(2, 'Retail');
  const { code, answer } = await bench.runJson<Answer>(
    ...['update', '--sobject', 'Account', '--where', "Industry = 'Retail'", '--set', 'Name=', '--no-prompt'],
  );
  expect(code).toBe(68);
  expect(answer.result).toMatchObject({ route: 'collections', failedRecords: 2, successfulRecords: 0 });
  expect(answer.result.errors[0]).toMatchObject({ code: 'REQUIRED_FIELD_MISSING', count: 2 });
  const lines = (await readFile(answer.result.failedFilePath ?? '', 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(3);
});

test.each([
  [['--sobject', 'Account', '--where', "Name = 'x'", '--set', 'Nmae=y'], 'Name'],
  [['--sobject', 'Account', '--where', "Name = 'x'", '--set', 'Name=y', '--map', 'A=B'], '--map'],
  [['--sobject', 'Account', '--file', 'x.csv', '--set', 'Name=y'], '--set'],
])('%j is refused with exit code 2', async (flags, word) => {
  const { code, stderr } = await bench.run('update', ...flags, '--no-prompt');
  expect(code, stderr).toBe(2);
  expect(stderr).toContain(word);
});

test.each([
  'SELECT COUNT() FROM Account',
  'SELECT MAX(CreatedDate) FROM Account',
  'SELECT OwnerId FROM Account GROUP BY OwnerId',
  'SELECT Id FROM Account and what else',
])('%s is refused with exit code 2, before a request', async (query) => {
  addAccounts(2, 'Energy');
  const before = await bench.org.records('Account');
  await bench.org.resetCounters();
  for (const route of [[], ['--bulk-threshold', '0'], ['--no-allow-bulk'], ['--dry-run']]) {
    const { code, answer } = await bench.runJson<{ name: string }>(
      ...['update', '--query', query, '--set', 'Name=changed', '--no-prompt', ...route],
    );
    expect(code).toBe(2);
    expect(answer.name).toMatch(/^(?:Usage|Soql)Error$/);
  }
  const { log } = await bench.org.counters();
  expect(log.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
  expect(await bench.org.records('Account')).toEqual(before);
});

test.each([
  ['#N/A', '--no-allow-bulk'],
  ['#N/A', '--bulk-threshold=0'],
  ['', '--no-allow-bulk'],
  ['', '--bulk-threshold=0'],
])('--set Phone=%s clears the field with %s', async (value, route) => {
  addAccounts(1, `Cleared${value}${route}`);
  const { code, stderr } = await bench.run(
    ...['update', '--sobject', 'Account', '--where', `Industry = 'Cleared${value}${route}'`],
    ...['--set', `Phone=${value}`, '--no-prompt', route],
  );
  expect(code, stderr).toBe(0);
  const records = (await bench.org.records('Account')).filter(
    ({ Industry }) => Industry === `Cleared${value}${route}`,
  );
  expect(records).toMatchObject([{ Phone: null }]);
});
