import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBench, openBenchOfTwo, type Bench } from '../../support/bulk2.ts';

type Answer = { message: string; actions?: string[]; result: { totalSize: number } };

const query = ['query', '--query', 'SELECT Id, Name FROM Account', '--since', 'LAST'];

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  expect((await bench.run('insert', '--file', 'a.csv', '--sobject', 'Account')).code).toBe(0);
});
afterAll(() => bench[Symbol.asyncDispose]());

const jobCount = async (): Promise<number> => (await bench.org.jobs()).length;

test('changes that nobody has taken away are not replaced, nothing is sent, and both ways on are named', async () => {
  const path = bench.file('changes.csv');
  const line = [...query, '--output-file', 'changes.csv'];
  expect((await bench.run(...line)).code).toBe(0);
  await writeFile(path, 'not yet read by anybody');
  const jobs = await jobCount();
  const { code, answer } = await bench.runJson<Answer>(...line);
  expect(code).toBe(2);
  expect(answer.message).toContain(`${path} is still there, from the export before`);
  expect(await jobCount()).toBe(jobs);
  expect(await readFile(path, 'utf8')).toBe('not yet read by anybody');
  expect(answer.actions?.join('\n')).toMatch(/mv \S*changes\.csv \S*changes-\d{8}T\d{6}Z\.csv/);
  expect(answer.actions?.join('\n')).toMatch(/--since 20\S+Z --output-file FILE/);
  await rename(path, bench.file('taken.csv'));
  const again = await bench.runJson<Answer>(...line);
  expect(again.code, JSON.stringify(again.answer)).toBe(0);
});

test('an empty file made for the output is no export, and is replaced', async () => {
  const line = [...query, '--output-file', 'made.csv'];
  await writeFile(bench.file('made.csv'), '');
  expect((await bench.run(...line)).code).toBe(0);
  await writeFile(bench.file('made.csv'), '');
  expect((await bench.run(...line)).code).toBe(0);
  expect(await readFile(bench.file('made.csv'), 'utf8')).toContain('Id');
});

test('a file that is there before the first export of everything is replaced, as without LAST', async () => {
  await writeFile(bench.file('first.csv'), 'old');
  expect((await bench.run(...query, '--output-file', 'first.csv')).code).toBe(0);
  expect(await readFile(bench.file('first.csv'), 'utf8')).toContain('Id');
});

test('a folder with changes that nobody has taken away is refused, too', async () => {
  const line = [...query, '--output-dir', 'changes'];
  expect((await bench.run(...line)).code).toBe(0);
  const { code, answer } = await bench.runJson<Answer>(...line);
  expect(code).toBe(2);
  expect(answer.message).toContain('exists already, and is not empty');
});

test.each(['csv', 'json'])('a %s file of an export that found no changes is replaced', async (format) => {
  const line = [
    ...['query', '--query', "SELECT Id, Name FROM Account WHERE Name = 'Nobody'", '--since', 'LAST'],
    ...['--output-file', `quiet.${format}`],
  ];
  for (let time = 0; time < 3; time += 1) {
    const { code, answer } = await bench.runJson<Answer>(...line);
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.result.totalSize).toBe(0);
    expect((await stat(bench.file(`quiet.${format}`))).isFile()).toBe(true);
  }
});

test('a file with changes is kept, however many exports before it found none', async () => {
  const line = [
    ...['query', '--query', "SELECT Id FROM Account WHERE Name = 'Late'", '--since', 'LAST'],
    ...['--output-file', 'late.csv'],
  ];
  expect((await bench.run(...line)).code).toBe(0);
  await writeFile(bench.file('late-rows.csv'), 'Name\nLate\n');
  expect((await bench.run('insert', '--file', 'late-rows.csv', '--sobject', 'Account')).code).toBe(0);
  expect((await bench.run(...line)).code).toBe(0);
  expect((await bench.run(...line)).code).toBe(2);
});

test.each<[string, string[]]>([
  ['of another object', ['query', '--query', 'SELECT Id FROM Contact', '--since', 'LAST']],
  ['without LAST', ['query', '--query', 'SELECT Id FROM Account']],
  ['over the REST API', ['query', '--query', 'SELECT COUNT(Id) FROM Account', '--rest']],
])('changes that nobody has taken away are not replaced by an export %s, either', async (_, other) => {
  await using own = await openBench();
  own.org.database.load('Account', [{ Name: 'Ada' }]);
  const path = own.file('changes.csv');
  const line = [...query, '--output-file', 'changes.csv'];
  expect((await own.run(...line)).code).toBe(0);
  const changes = await readFile(path, 'utf8');
  const { code, answer } = await own.runJson<Answer>(...other, '--output-file', 'changes.csv');
  expect(code).toBe(2);
  expect(answer.message).toContain(`${path} still has the changes of the last export of Account`);
  expect(await readFile(path, 'utf8')).toBe(changes);
  await rename(path, own.file('taken.csv'));
  const again = await own.runJson<Answer>(...other, '--output-file', 'changes.csv');
  expect(again.code, JSON.stringify(again.answer)).toBe(0);
});

test('changes of one org are not replaced by those of another', async () => {
  const { bench: two, source } = await openBenchOfTwo();
  for (const org of [two.org, source]) org.database.load('Account', [{ Name: 'Ada' }]);
  const line = [...query, '--output-file', 'changes.csv', '--target-org'];
  expect((await two.run(...line, 'local')).code).toBe(0);
  const { code, answer } = await two.runJson<Answer>(...line, 'source');
  expect(code).toBe(2);
  expect(answer.message).toContain('still has the changes of the last export of Account');
});

test('a file of another tool in their place is replaced by an export without LAST', async () => {
  await using own = await openBench();
  own.org.database.load('Account', [{ Name: 'Ada' }]);
  expect((await own.run(...query, '--output-file', 'changes.csv')).code).toBe(0);
  await writeFile(own.file('changes.csv'), 'of another tool\n');
  const all = ['query', '--query', 'SELECT Id FROM Account', '--output-file', 'changes.csv'];
  for (let time = 0; time < 2; time += 1) expect((await own.run(...all)).code).toBe(0);
});
