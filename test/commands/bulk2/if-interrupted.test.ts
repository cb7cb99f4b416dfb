import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { isFinished, runStore, type RunView } from '../../../src/lib/run/store.js';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { interruptedAt } from '../../support/interrupted-at.ts';
import { killedAt } from '../../support/killed-at.ts';

type Answer = {
  status: number;
  message: string;
  actions?: string[];
  warnings?: string[];
  result: LoadReport;
};

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\nBob\n');
  await writeFile(bench.file('b.csv'), 'Name\nCyd\n');
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const insert = (...args: string[]): string[] => ['insert', '--sobject', 'Account', ...args];
const insertA = insert('--file', 'a.csv');

const names = async (): Promise<unknown[]> =>
  (await bench.org.records('Account')).map(({ Name }) => Name).sort();

async function runs(): Promise<RunView[]> {
  return runStore(bench.file('home/.sf/bulk2')).list();
}

/** A load that is interrupted when its job is closed: its rows are in the org. */
function interruptedWhenClosed(args: readonly string[]): Promise<string> {
  return interruptedAt(bench, 'ingest.info', args);
}

test('the same insert after a kill is refused with exit code 2, and both ways on are named', async () => {
  const jobId = await killedAt(bench, 'ingest.info', insertA);
  const { code, answer } = await bench.runJson<Answer>(...insertA);
  expect(code, JSON.stringify(answer)).toBe(2);
  expect(answer.message).toMatch(/^The same load was interrupted and hasn't finished: insert of Account/);
  expect(answer.actions).toContain(`Resume it: sf bulk2 job resume --id ${jobId}`);
  expect(answer.actions?.join('\n')).toContain(
    'sf bulk2 insert --sobject Account --file a.csv --json --if-interrupted new',
  );
  expect(answer.actions?.join('\n')).toContain('--if-interrupted resume');
  expect(await names()).toEqual(['Ada', 'Bob']);
  // What was planned for the second one is gone.
  expect(await runs()).toHaveLength(1);
});

test.each(['ingest.create', 'ingest.upload', 'ingest.close', 'ingest.info', 'ingest.results'])(
  'with --if-interrupted resume the same line finishes what was killed at %s, and no row is doubled',
  async (endpoint) => {
    await killedAt(bench, endpoint, insertA);
    const { code, answer } = await bench.runJson<Answer>(...insertA, '--if-interrupted', 'resume');
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.result).toMatchObject({ successfulRecords: 2, failedRecords: 0 });
    expect(await names()).toEqual(['Ada', 'Bob']);
    expect((await runs()).map(({ records }) => isFinished(records))).toEqual([true]);
  },
);

test('the same line after exit code 69 finishes the load', async () => {
  const hold = await bench.org.faults.add({
    endpoint: 'ingest.process',
    action: { kind: 'hold', when: 'before' },
  });
  const line = [...insertA, '--wait', '0', '--if-interrupted', 'resume'];
  expect((await bench.run(...line)).code).toBe(69);
  await hold.release();
  await hold.remove();
  await expect.poll(async () => (await bench.run(...line)).code, { timeout: 30_000 }).toBe(0);
  expect(await names()).toEqual(['Ada', 'Bob']);
});

test('with --if-interrupted resume a load that was never begun begins', async () => {
  const { code } = await bench.run(...insertA, '--if-interrupted', 'resume');
  expect(code).toBe(0);
  expect(await names()).toEqual(['Ada', 'Bob']);
});

test('a load that has ended is not interrupted: the same line loads the rows again', async () => {
  expect((await bench.run(...insertA)).code).toBe(0);
  expect((await bench.run(...insertA)).code).toBe(0);
  expect(await names()).toEqual(['Ada', 'Ada', 'Bob', 'Bob']);
});

test('an asynchronous load whose jobs are all closed is not interrupted', async () => {
  expect((await bench.run(...insertA, '--async')).code).toBe(0);
  expect((await bench.run(...insertA)).code).toBe(0);
});

test('an asynchronous load that was killed before its job was closed is interrupted', async () => {
  await killedAt(bench, 'ingest.close', [...insertA, '--async']);
  expect((await bench.run(...insertA)).code).toBe(2);
});

test('new ends the interrupted load first: its open job is aborted', async () => {
  const jobId = await killedAt(bench, 'ingest.close', insertA);
  const { code, stdout } = await bench.run(...insertA, '--if-interrupted', 'new');
  expect(code).toBe(0);
  expect(stdout).toContain('Ended the interrupted insert of Account');
  expect(await names()).toEqual(['Ada', 'Bob']);
  expect((await bench.org.jobs()).find(({ id }) => id === jobId)?.state).toBe('Aborted');
  expect((await runs()).map(({ records }) => isFinished(records))).toEqual([true, true]);
  expect((await bench.run(...insertA)).code).toBe(0);
});

test('fail refuses every operation', async () => {
  await writeFile(bench.file('u.csv'), `Id,Phone\n`);
  await bench.run(...insertA);
  const [ada] = await bench.org.records('Account');
  await writeFile(bench.file('u.csv'), `Id,Phone\n${String(ada?.Id)},1\n`);
  const update = ['update', '--sobject', 'Account', '--file', 'u.csv'];
  await interruptedAt(bench, 'ingest.close', update);
  expect((await bench.run(...update, '--if-interrupted', 'fail')).code).toBe(2);
});

test('an update that was interrupted is only warned of, and starts anew', async () => {
  await bench.run(...insertA);
  const [ada] = await bench.org.records('Account');
  await writeFile(bench.file('u.csv'), `Id,Phone\n${String(ada?.Id)},1\n`);
  const update = ['update', '--sobject', 'Account', '--file', 'u.csv'];
  await interruptedAt(bench, 'ingest.close', update);
  const killed = (await bench.org.jobs()).find(({ state }) => state === 'Open');
  const { code, answer } = await bench.runJson<Answer>(...update);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result.jobId).not.toBe(killed?.id);
  expect(answer.warnings?.join('\n')).toContain(`sf bulk2 job resume --id ${String(killed?.id)}`);
});

test.each([
  ['through a link', () => symlink(bench.file('a.csv'), bench.file('link.csv')), ['link.csv']],
  ['by its absolute path', () => Promise.resolve(), ['ABSOLUTE']],
  ['as a copy', () => writeFile(bench.file('copy.csv'), 'Name\nAda\nBob\n'), ['copy.csv']],
])('the same bytes are found %s, and resumed from there', async (_, prepare, files) => {
  await interruptedAt(bench, 'ingest.upload', insertA);
  await prepare();
  const paths = files.map((name) => (name === 'ABSOLUTE' ? bench.file('a.csv') : name));
  const again = insert(...paths.flatMap((path) => ['--file', path]));
  expect((await bench.run(...again)).code).toBe(2);
  if (files.includes('copy.csv')) await rm(bench.file('a.csv'));
  const { code, stderr } = await bench.run(...again, '--if-interrupted', 'resume');
  expect(code, stderr).toBe(0);
  expect(await names()).toEqual(['Ada', 'Bob']);
});

test('a file that was written again with the same bytes is resumed', async () => {
  await interruptedAt(bench, 'ingest.upload', insertA);
  await utimes(bench.file('a.csv'), new Date(), new Date('2026-01-01'));
  const { code, stderr } = await bench.run(...insertA, '--if-interrupted', 'resume');
  expect(code, stderr).toBe(0);
  expect(await names()).toEqual(['Ada', 'Bob']);
});

test('several files in another order are the same load', async () => {
  await interruptedWhenClosed(insert('--file', 'a.csv', '--file', 'b.csv'));
  const again = insert('--file', 'b.csv', '--file', 'a.csv');
  expect((await bench.run(...again)).code).toBe(2);
  expect((await bench.run(...again, '--if-interrupted', 'resume')).code).toBe(0);
  expect(await names()).toEqual(['Ada', 'Bob', 'Cyd']);
});

test('flags that would send something else are named, and nothing is resumed or sent', async () => {
  const jobId = await interruptedWhenClosed(insertA);
  for (const flag of [[], ['--if-interrupted', 'resume']]) {
    const other = ['--map', 'Name=Description', '--map', '"x"=Name', '--empty-as-null'];
    const { code, answer } = await bench.runJson<Answer>(...insertA, ...other, ...flag);
    expect(code, JSON.stringify(answer)).toBe(2);
    expect(answer.message).toContain('--map or --mapping-file');
    expect(answer.message).toContain('--empty-as-null');
    expect(answer.actions?.join('\n')).toContain(`sf bulk2 job resume --id ${jobId}`);
  }
  expect(await names()).toEqual(['Ada', 'Bob']);
});

test.each([
  ['--max-failures', ['1'], ['2']],
  ['--max-rows-per-job', ['1'], ['2']],
  ['--retry-failed', ['1'], ['2']],
])('another %s is such a flag, and the same one is none', async (flag, before, after) => {
  await interruptedWhenClosed([...insertA, flag, ...before]);
  const resume = ['--if-interrupted', 'resume'];
  const other = await bench.runJson<Answer>(...insertA, flag, ...after, ...resume);
  expect(other.code, JSON.stringify(other.answer)).toBe(2);
  expect(other.answer.message).toContain(flag);
  const { code, answer } = await bench.runJson<Answer>(...insertA, flag, ...before, ...resume);
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(await names()).toEqual(['Ada', 'Bob']);
});

test('an encoding that was not given before is such a flag, though the file becomes other CSV', async () => {
  await writeFile(bench.file('a.csv'), 'Name\nJos\u00e9\n');
  await interruptedWhenClosed(insertA);
  const { code, stderr } = await bench.run(...insertA, '--encoding', 'windows-1252');
  expect(code, stderr).toBe(2);
  expect(stderr).toContain('--encoding');
});

test('flags that change nothing of what is sent do not matter', async () => {
  await interruptedWhenClosed(insertA);
  await mkdir(bench.file('out'));
  const more = '--concurrency 1 --max-job-size 1 --results-dir out --wait 5 --compress'.split(' ');
  const { code, answer } = await bench.runJson<Answer>(...insertA, ...more, '--if-interrupted', 'resume');
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result.successFilePath).toContain('/out/');
  expect(await names()).toEqual(['Ada', 'Bob']);
});

test('another alias of the same org is the same org', async () => {
  await interruptedWhenClosed(insertA);
  const { code, stderr } = await bench.run(...insertA, '--target-org', 'my-org');
  expect(code, stderr).toBe(2);
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain('The same load was interrupted');
});

test('another operation or object is another load', async () => {
  await interruptedWhenClosed(insertA);
  await writeFile(bench.file('c.csv'), 'LastName\nX\n');
  await interruptedWhenClosed(['insert', '--sobject', 'Contact', '--file', 'c.csv']);
  const { code, stderr } = await bench.run(
    'insert',
    '--sobject',
    'Lead',
    '--file',
    'c.csv',
    '--no-preflight',
  );
  expect(code, stderr).not.toBe(2);
});

test('--dry-run never asks', async () => {
  await interruptedWhenClosed(insertA);
  expect((await bench.run(...insertA, '--dry-run')).code).toBe(0);
});

test('compressed and JSON inputs are known again', async () => {
  await writeFile(bench.file('a.json'), '[{"Name":"Ada"},{"Name":"Bob"}]');
  const args = insert('--file', 'a.json');
  await interruptedWhenClosed(args);
  expect((await bench.run(...args)).code).toBe(2);
  expect((await bench.run(...args, '--if-interrupted', 'resume')).code).toBe(0);
  expect(await names()).toEqual(['Ada', 'Bob']);
});

test('a damaged journal of the same load is named; new leaves it where it is, and loads', async () => {
  const jobId = await interruptedWhenClosed(insertA);
  const [run] = await runs();
  await writeFile(run?.path ?? '', 'damaged\n', { flag: 'a' });
  for (const flag of [[], ['--if-interrupted', 'resume']]) {
    const { code, answer } = await bench.runJson<Answer>(...insertA, ...flag);
    expect(code, JSON.stringify(answer)).toBe(2);
    expect(answer.message).toContain(`The journal ${run?.path}`);
    expect(answer.message).toContain("isn't known what was sent");
    const actions = answer.actions?.join('\n');
    expect(actions).toContain(`sf bulk2 job results --id ${jobId}`);
    expect(actions).toContain(`delete the journal: ${run?.path}`);
    expect(actions).toMatch(/saved twice then: .+ --if-interrupted new$/);
    expect(actions).not.toContain('job resume');
  }
  expect(await names()).toEqual(['Ada', 'Bob']);
  const { code, stderr } = await bench.run(...insertA, '--if-interrupted', 'new');
  expect(code).toBe(0);
  expect(stderr).toContain('until you delete its journal');
  expect(await names()).toEqual(['Ada', 'Ada', 'Bob', 'Bob']);
});
