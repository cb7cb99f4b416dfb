import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startOrg, type Org } from '../../local-org/index.ts';
import { tempRoot } from '../support/temp-root.ts';

let org: Org;
let folder: string;
const printed: string[] = [];

beforeEach(async () => {
  org = await startOrg();
  folder = await mkdtemp(join(tempRoot, 'bulk2-'));
  process.chdir(folder);
  printed.length = 0;
  vi.stubEnv('HOME', folder);
  vi.stubEnv('SF_INSTANCE_URL', org.url);
  vi.stubEnv('SF_ACCESS_TOKEN', org.accessToken);
  vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void printed.push(values.join(' ')));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  process.chdir(tempRoot);
  await org.stop();
  await rm(folder, { recursive: true, force: true });
});

function addAccounts(count: number, industry: string): void {
  const accounts = Array.from({ length: count }, (_, index) => ({ Name: `A${index}`, Industry: industry }));
  org.database.load('Account', accounts);
}

const names = async (): Promise<unknown[]> => (await org.records('Account')).map(({ Name }) => Name).sort();

test('insert an array', async () => {
  await import('./insert-array.ts');
  expect(await names()).toEqual(['Acme', 'Blue Sky']);
  expect(printed.sort()).toEqual([
    expect.stringMatching(/^Acme is 001/),
    expect.stringMatching(/^Blue Sky is 001/),
  ]);
});

test('insert a CSV file as a stream', async () => {
  await writeFile('accounts.csv', 'Name\nFrom a file\nAnd another\n');
  await import('./insert-csv-stream.ts');
  expect(await names()).toEqual(['And another', 'From a file']);
  expect(printed).toEqual(['2 processed, 0 failed']);
});

test('poll with events', async () => {
  await import('./poll-with-events.ts');
  expect(printed.at(0)).toMatch(/^job 750\w+ is open$/);
  expect(printed.slice(1)).toEqual(expect.arrayContaining(['the data is complete', '1 processed']));
});

test('results', async () => {
  await import('./results.ts');
  expect(printed[0]).toBe('1 1 0');
  expect(printed[1]).toMatch(/^555-0100: REQUIRED_FIELD_MISSING/);
});

test('load and wait', async () => {
  await import('./load-and-wait.ts');
  expect(printed).toEqual(['2 succeeded, 0 failed']);
});

test('load files', async () => {
  await writeFile('accounts-1.csv', 'External_Id__c;Name\r\na-1;First\r\na-2;\r\n');
  await writeFile('accounts-2.ndjson', '{"External_Id__c":"a-3","Name":"Third"}\n');
  await import('./load-files.ts');
  expect(await names()).toEqual(['First', 'Third']);
  expect(printed[0]).toMatch(/^resume with: sf bulk2 job resume --id 750/);
  expect(printed.slice(-2)).toEqual([
    '2 + 1 + 0 rows',
    expect.stringMatching(/^what failed is in .+failed-records\.csv$/),
  ]);
});

test('query to CSV', async () => {
  addAccounts(3, 'Energy');
  await import('./query-to-csv.ts');
  expect((await readFile('exported.csv', 'utf8')).trim().split('\n')).toHaveLength(4);
});

test('query to an array', async () => {
  addAccounts(11, 'Energy');
  await import('./query-to-array.ts');
  expect(printed).toEqual(['the longest name is A10', '11 accounts']);
});

test('query and update', async () => {
  addAccounts(2, 'Energy');
  await import('./query-and-update.ts');
  expect(await names()).toEqual(['A0 (energy)', 'A1 (energy)']);
  expect(printed).toEqual(['2 of 2 updated over collections']);
  expect(await readFile('before-update.csv', 'utf8')).toContain('Id,Name,Phone\n');
});

test('query and destroy', async () => {
  addAccounts(2, 'Media');
  addAccounts(3, 'Retail');
  await import('./query-and-destroy.ts');
  expect(await names()).toEqual([]);
  expect(printed).toEqual(['2 of 2 deleted over collections', '3 of 3 deleted by jsforce']);
});
