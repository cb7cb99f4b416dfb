import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { interruptedAt } from '../../support/interrupted-at.ts';
import { needing } from '../../support/systems.ts';

type Answer = { status: number; message: string; actions?: string[]; result: LoadReport; data: LoadReport };

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const insert = (file: string, ...more: string[]): string[] => [
  'insert',
  '-f',
  file,
  '-s',
  'Account',
  ...more,
];
const page = (name: string): Promise<string> => readFile(bench.file(name), 'utf8');

test('a load of which some rows failed leaves a page with the counts, the error and its row, and no token', async () => {
  const csv = `Name,AccountNumber\nAda,1\n<script>alert(1)</script>,${'9'.repeat(60)}\nCy,3\n`;
  await writeFile(bench.file('<b>.csv'), csv);
  const flags = ['--no-preflight', '--report', 'partial.html'];
  const { code, answer } = await bench.runJson<Answer>(...insert('<b>.csv', ...flags));
  expect(code).toBe(68);
  expect(answer.result.reportFilePath).toBe(bench.file('partial.html'));
  const html = await page('partial.html');
  expect(html).toContain('2 + 1 + 0 = 3: every row is accounted for.');
  expect(html).toContain('STRING_TOO_LONG');
  expect(html).toContain('&lt;b&gt;.csv, row 2');
  expect(html).toContain('&lt;script&gt;alert(1)');
  expect(html).not.toMatch(/<script|<b>/);
  expect(html).toContain(`sf bulk2 job retry --id ${answer.result.jobId}`);
  expect(html).toContain(answer.result.failedFilePath);
  expect(html).toContain(bench.org.username);
  expect(html).not.toContain(bench.org.accessToken);
  const rows = csv.slice(csv.indexOf('\n') + 1);
  expect(html).toContain(createHash('sha256').update(rows).digest('hex'));
  const { mode } = await stat(bench.file('partial.html'));
  await writeFile(bench.file('as-every-tool'), '');
  expect(mode).toBe((await stat(bench.file('as-every-tool'))).mode);
  expect((await readdir(bench.folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('the command that a page gives for fixed rows loads them', async () => {
  await writeFile(bench.file('mend.csv'), `Name,AccountNumber\nEve,${'9'.repeat(60)}\n`);
  await bench.run(...insert('mend.csv', '--no-preflight', '--report', 'mend.html'));
  const command = />sf bulk2 (insert --file (\S+-failed-records\.csv)[^<]*)</.exec(await page('mend.html'));
  const [, words = '', path = ''] = command ?? [];
  await writeFile(path, (await readFile(path, 'utf8')).replaceAll('9'.repeat(60), '2'));
  const { code, answer } = await bench.runJson<Answer>(...words.split(' '));
  expect(code, JSON.stringify(answer)).toBe(0);
  expect((await bench.org.records('Account')).filter(({ Name }) => Name === 'Eve')).toHaveLength(1);
});

test('a job that fails as a whole leaves a page with its reason, and the exit code stays 1', async () => {
  await writeFile(bench.file('bad.csv'), 'Nmae\nAda\n');
  const { code, answer } = await bench.runJson<Answer>(
    ...insert('bad.csv', '--no-preflight', '--report', 'failed.html'),
  );
  expect(code).toBe(1);
  expect(answer.data.reportFilePath).toBe(bench.file('failed.html'));
  const html = await page('failed.html');
  expect(html).toContain('Field name not found : Nmae');
  expect(html).toContain('0 + 0 + 1 = 1: every row is accounted for.');
});

test('an input that is refused leaves a page with each problem and its place, and sends nothing', async () => {
  await writeFile(bench.file('refused.csv'), 'Nmae\nAda\n');
  const before = (await bench.org.jobs()).length;
  const { code, answer } = await bench.runJson<Answer>(...insert('refused.csv', '--report', 'refused.html'));
  expect(code).toBe(2);
  expect(answer.data.reportFilePath).toBe(bench.file('refused.html'));
  const html = await page('refused.html');
  expect(html).toContain('Refused before anything was sent');
  expect(html).toContain('refused.csv, header, column Nmae');
  expect(await bench.org.jobs()).toHaveLength(before);
});

test('a retry that is resumed leaves the report of the load as it is, and writes its own', async () => {
  await writeFile(bench.file('first.csv'), `Name\nAda\n${'x'.repeat(300)}\n`);
  const load = await bench.runJson<Answer>(
    ...insert('first.csv', '--no-preflight', '--report', 'first.html'),
  );
  const first = await page('first.html');
  const failed = load.answer.result.failedFilePath ?? '';
  await writeFile(failed, (await readFile(failed, 'utf8')).replace(/x+("?\n)$/, 'Bob$1'));
  const hold = await bench.org.faults.add({
    endpoint: 'ingest.process',
    action: { kind: 'hold', when: 'before' },
  });
  const retry = ['job', 'retry', '--id', String(load.answer.result.jobId), '--wait', '0'];
  const { code, answer } = await bench.runJson<Answer>(...retry, '--report', 'second.html');
  expect(code, JSON.stringify(answer)).toBe(69);
  await hold.release();
  await hold.remove();
  const resumed = await bench.run('job', 'resume', '--id', String(answer.data.jobId));
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(await page('first.html')).toBe(first);
  expect(await page('second.html')).toContain('Every row succeeded');
});

test('a wait that runs out leaves a page that says how to go on, and resuming replaces it', async () => {
  await writeFile(bench.file('slow.csv'), 'Name\nAda\n');
  const hold = await bench.org.faults.add({
    endpoint: 'ingest.process',
    action: { kind: 'hold', when: 'before' },
  });
  const flags = ['--wait', '0', '--report', 'slow.html'];
  const { code, answer } = await bench.runJson<Answer>(...insert('slow.csv', ...flags));
  expect(code).toBe(69);
  const resume = `sf bulk2 job resume --id ${answer.data.jobId}`;
  const early = await page('slow.html');
  expect(early).toContain('Not finished yet');
  expect(early).toContain(resume);
  await hold.release();
  await hold.remove();
  const resumed = await bench.run(
    'job',
    'resume',
    '--id',
    String(answer.data.jobId),
    '--report',
    'slow.html',
  );
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stdout).toContain(bench.file('slow.html'));
  const late = await page('slow.html');
  expect(late).toContain('Every row succeeded');
  expect(late).not.toContain(resume);
});

needing('signals')('Ctrl-C leaves a page that says how to go on', async () => {
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const hold = await bench.org.faults.add({
    endpoint: 'ingest.info',
    action: { kind: 'hold', when: 'before' },
  });
  const { child, ended } = bench.start(...insert('a.csv', '--report', 'stopped.html'));
  await hold.hit();
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  await hold.remove();
  expect(code).toBe(130);
  const html = await page('stopped.html');
  expect(html).toContain('Interrupted');
  expect(html).toContain(/sf bulk2 job resume --id \w+/.exec(stderr)?.[0]);
});

test.each([
  ['--async', 'job report'],
  ['--dry-run', '--report'],
])('--report with %s is refused before anything is sent', async (flag, told) => {
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const before = (await bench.org.jobs()).length;
  const { code, answer } = await bench.runJson<Answer>(...insert('a.csv', '--report', 'no.html', flag));
  expect(code).toBe(2);
  expect(`${answer.message} ${answer.actions?.join()}`).toContain(told);
  expect(await bench.org.jobs()).toHaveLength(before);
});

test('a report that cannot be written at the end is a warning, and the load ends as it would have', async () => {
  await writeFile(bench.file('b.csv'), 'Name\nBea\n');
  const flags = ['--report', 'blocked.html'];
  const hold = await bench.org.faults.add({
    endpoint: 'ingest.create',
    action: { kind: 'hold', when: 'before' },
  });
  const running = bench.run(...insert('b.csv', ...flags));
  await hold.hit();
  await mkdir(bench.file('blocked.html'));
  await hold.release();
  await hold.remove();
  const { code, stderr } = await running;
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('The report could not be written');
});

test('the report of an interrupted load is written again by its resume, from any folder', async () => {
  await writeFile(bench.file('again.csv'), 'Name\nZoe\n');
  await interruptedAt(bench, 'ingest.info', insert('again.csv', '--report', 'again.html'));
  expect(await page('again.html')).not.toContain('1 + 0 + 0 = 1');
  const { answer } = await bench.runJson<Answer>('job', 'resume', '--use-most-recent');
  expect(answer.result.reportFilePath).toBe(bench.file('again.html'));
  expect(await page('again.html')).toContain('1 + 0 + 0 = 1');
}, 60_000);

test('an interrupted load that the same line resumes has its report written again, unless it names another', async () => {
  await writeFile(bench.file('same.csv'), 'Name\nSam\n');
  const line = ['insert', '--file', 'same.csv', '--sobject', 'Account'];
  const resumeTo = async (...report: string[]): Promise<string | undefined> => {
    await interruptedAt(bench, 'ingest.info', [...line, '--report', 'same.html']);
    const { code, answer } = await bench.runJson<Answer>(...line, '--if-interrupted', 'resume', ...report);
    expect(code, JSON.stringify(answer)).toBe(0);
    return answer.result.reportFilePath;
  };
  expect(await resumeTo()).toBe(bench.file('same.html'));
  expect(await page('same.html')).toContain('1 + 0 + 0 = 1');
  expect(await resumeTo('--report', 'other.html')).toBe(bench.file('other.html'));
}, 60_000);

test('the page is named before the next steps, which it has too', async () => {
  await writeFile(bench.file('steps.csv'), `Name,AccountNumber\nAda,${'9'.repeat(60)}\n`);
  const { code, stdout } = await bench.run(
    ...['insert', '--file', 'steps.csv', '--sobject', 'Account', '--no-preflight', '--report', 'steps.html'],
  );
  expect(code, stdout).toBe(68);
  expect(stdout).toMatch(
    /Failed records: .*\nReport: .*steps\.html\n\nNext steps:\n {2}Fix [^]*retry --id \w+\n$/,
  );
});
