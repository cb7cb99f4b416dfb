import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { QueryReport } from '../../../src/cli/query/query-text.js';
import { longId } from '../../../src/lib/api/identifiers.js';
import { openBench, type Bench } from '../../support/bulk2.ts';

type Success = { status: number; result: QueryReport; warnings: string[] };

let bench: Bench;
let ids: string[];
beforeAll(async () => {
  bench = await openBench();
  bench.org.database.load(
    'Account',
    Array.from({ length: 9 }, (_, index) => ({ Name: `Account ${index}` })),
  );
  ids = (await bench.org.records('Account')).map(({ Id }) => String(Id));
  await writeFile(bench.file('ids.csv'), `Id,Note\n${[...ids, '001000000000ZZZ', ids[0]].join(',x\n')},x\n`);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const byIds = ['query', '--sobject', 'Account', '--fields', 'Name', '--ids'];

test('a person hears how many ids there are, and which were not found', async () => {
  const { code, stdout, stderr } = await bench.run(...byIds, 'ids.csv', '--output-file', 'a.csv');
  expect(code, stderr).toBe(0);
  expect(stdout).toBe('');
  expect(stderr).toContain('10 ids in ids.csv, to be asked for in 1 job. 1 row repeated an id.');
  expect(stderr).toContain('Id was added to the fields: each record is known by it.');
  const [, list = ''] = /Not found: 1 of 10 ids\. They are listed in (.*)/.exec(stderr) ?? [];
  expect(list, stderr).toMatch(bench.folder);
  expect(await readFile(list, 'utf8')).toBe(`Id,source__Row\n${longId('001000000000ZZZ')},10\n`);
  expect((await readFile(bench.file('a.csv'), 'utf8')).split('\n')).toHaveLength(11);
});

test('a program gets the figures, with the records, and the list where it wants it', async () => {
  const { code, answer } = await bench.runJson<Success>(
    ...byIds,
    'ids.csv',
    '--not-found-file',
    'missing.csv',
  );
  expect(code).toBe(0);
  expect(answer.result.records).toHaveLength(9);
  expect(answer.result.ids).toEqual({
    asked: 10,
    found: 9,
    notFound: 1,
    notFoundFilePath: bench.file('missing.csv'),
  });
  expect(answer.warnings).toEqual([expect.stringContaining('Not found: 1 of 10 ids.')]);
});

test('the same is said of an export that has ended', async () => {
  const { answer } = await bench.runJson<Success>(...byIds, 'ids.csv', '--output-file', 'b.csv');
  const again = await bench.runJson<Success>('job', 'resume', '--id', answer.result.jobId ?? '');
  expect(again.answer.result).toMatchObject({ totalSize: 9, ids: answer.result.ids });
});

test('all found is said, and no list is there', async () => {
  await writeFile(bench.file('some.txt'), ids.slice(0, 2).join('\n'));
  const { stderr } = await bench.run(...byIds, 'some.txt', '--output-file', 'c.csv');
  expect(stderr).toContain('All found: 2 ids.');
});

test('ids come through standard input', async () => {
  const script = join(import.meta.dirname, '..', '..', '..', 'bin', 'run.js');
  const child = spawn(process.execPath, [script, 'bulk2', ...byIds, '-'], {
    env: bench.env,
    cwd: bench.folder,
  });
  child.stdin.end(ids.slice(0, 3).join('\n'));
  const output = (await Array.fromAsync(child.stdout as AsyncIterable<Buffer>)).join('');
  expect(output.split('\n')).toHaveLength(5);
});

test('what is no id is refused before anything is sent', async () => {
  await bench.org.resetCounters();
  await writeFile(bench.file('bad.csv'), `Id\n${ids[0]}\n003000000000001AAA\n`);
  const { code, stderr } = await bench.run(...byIds, 'bad.csv', '--output-file', 'd.csv');
  expect(code).toBe(2);
  expect(stderr).toContain('bad.csv, row 2, column Id: "003000000000001AAA" is not an id of Account');
  expect((await bench.org.counters()).requests['query.create']).toBeUndefined();
});

test.each([
  ['without an object', ['--query', 'SELECT Id FROM Account']],
  ['with --since', ['--sobject', 'Account', '--fields', 'Id', '--since', 'LAST']],
  ['with --rest', ['--sobject', 'Account', '--fields', 'Id', '--rest']],
  [
    'into its own output',
    ['--sobject', 'Account', '--fields', 'Id', '--output-file', 'e', '--not-found-file', 'e'],
  ],
  ['over its own list', ['--sobject', 'Account', '--fields', 'Id', '--output-file', 'ids.csv']],
  [
    'with what is not found over its list',
    ['--sobject', 'Account', '--fields', 'Id', '--not-found-file', './ids.csv'],
  ],
  ['with an order', ['--sobject', 'Account', '--fields', 'Id', '--where', 'Name != null ORDER BY Name']],
])('%s it is refused', async (_, flags) => {
  const list = await readFile(bench.file('ids.csv'), 'utf8');
  const { code } = await bench.run('query', ...flags, '--ids', 'ids.csv');
  expect(code).toBe(2);
  expect(await readFile(bench.file('ids.csv'), 'utf8')).toBe(list);
});
