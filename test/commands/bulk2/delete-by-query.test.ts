import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ByQueryReport } from '../../../src/cli/by-query/by-query-report.js';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { needing } from '../../support/systems.ts';

type Answer = { status: number; result: ByQueryReport };

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => {
  bench.org.database.load('Lead', [
    { LastName: 'Keep', Company: 'K' },
    { LastName: 'Gone', Company: 'G' },
  ]);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const companies = async (): Promise<unknown[]> =>
  (await bench.org.records('Lead')).map(({ Company }) => Company).sort();
const gone = ['--sobject', 'Lead', '--where', "Company = 'G'"];

test('without a terminal it names object, org and number, and deletes nothing', async () => {
  const before = await companies();
  const { code, stderr } = await bench.run('delete', ...gone);
  expect(code).toBe(2);
  expect(stderr).toContain('delete 1 Lead record in');
  expect(stderr).toMatch(/the Developer Edition org/);
  expect(stderr).toContain(bench.org.url);
  expect(stderr).toContain('--no-prompt');
  expect(await companies()).toEqual(before);
});

test('--dry-run counts, saves nothing and deletes nothing', async () => {
  const before = await companies();
  const files = await readdir(bench.folder);
  const { code, stdout } = await bench.run('delete', ...gone, '--dry-run');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /Nothing was changed\. This would delete \d+ Lead records? in .+SObject Collections/,
  );
  expect([await companies(), await readdir(bench.folder)]).toEqual([before, files]);
});

test('with --no-prompt it saves the ids, deletes the records, and says where both are', async () => {
  const ids = (await bench.org.records('Lead')).filter(({ Company }) => Company === 'G').map(({ Id }) => Id);
  const { code, answer } = await bench.runJson<Answer>('delete', ...gone, '--no-prompt');
  expect(code).toBe(0);
  expect(answer.result).toMatchObject({
    successfulRecords: ids.length,
    failedRecords: 0,
    totalSize: ids.length,
  });
  expect(await companies()).not.toContain('G');
  expect(await readFile(answer.result.savedFilePath ?? '', 'utf8')).toBe(`Id\n${ids.join('\n')}\n`);
});

test('nothing that matches is no error, and no question', async () => {
  const { code, stdout } = await bench.run('delete', '--query', "SELECT Id FROM Lead WHERE Company = 'None'");
  expect(code).toBe(0);
  expect(stdout).toContain('No Lead record matches');
});

test('a file, a query or a condition: one of them', async () => {
  expect((await bench.run('delete', '--sobject', 'Lead')).code).toBe(2);
  expect((await bench.run('delete', ...gone, '--file', 'x.csv')).code).toBe(2);
});

needing('signals')(
  'interrupted over SObject Collections, it tells how far it came and where the ids are',
  async () => {
    bench.org.database.load(
      'Lead',
      Array.from({ length: 450 }, (_, row) => ({ LastName: `L${row}`, Company: 'Many' })),
    );
    const held = await bench.org.faults.add({
      endpoint: 'collections.delete',
      nth: 2,
      action: { kind: 'hold', when: 'before' },
    });
    const many = ['--sobject', 'Lead', '--where', "Company = 'Many'", '--no-allow-bulk', '--no-prompt'];
    const { child, ended } = bench.start('delete', ...many, '--json');
    await held.hit();
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    await held.release('drop');
    expect(code).toBe(130);
    const { data, actions } = JSON.parse(stdout) as { data: ByQueryReport; actions: string[] };
    expect(data).toMatchObject({
      totalSize: 450,
      successfulRecords: 200,
      failedRecords: 0,
      unprocessedRecords: 250,
      state: 'InProgress',
      route: 'collections',
    });
    expect((await readFile(data.savedFilePath ?? '', 'utf8')).trimEnd().split('\n')).toHaveLength(451);
    expect(actions.join('\n')).toContain('200 of 450 records were changed');
    expect(actions.join('\n')).toContain(data.savedFilePath);
  },
);

test.each([
  'SELECT COUNT() FROM Lead',
  'SELECT MAX(CreatedDate) FROM Lead',
  'SELECT OwnerId FROM Lead GROUP BY OwnerId',
  'SELECT Id FROM Lead and what else',
])('%s is refused with exit code 2, before a request', async (query) => {
  const before = await bench.org.records('Lead');
  await bench.org.resetCounters();
  for (const route of [[], ['--bulk-threshold', '0'], ['--no-allow-bulk'], ['--dry-run']]) {
    const { code, answer } = await bench.runJson<{ name: string }>(
      ...['delete', '--query', query, '--no-prompt', ...route],
    );
    expect(code).toBe(2);
    expect(answer.name).toMatch(/^(?:Usage|Soql)Error$/);
  }
  const { log } = await bench.org.counters();
  expect(log.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
  expect(await bench.org.records('Lead')).toEqual(before);
});
