import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ByQueryReport } from '../../../src/cli/by-query/by-query-report.js';
import { runStore } from '../../../src/lib/run/store.js';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { interruptedAt } from '../../support/interrupted-at.ts';

type Answer = { status: number; message: string; result: ByQueryReport };

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

function addAccounts(industry: string, descriptions: readonly string[]): void {
  bench.org.database.load(
    'Account',
    descriptions.map((Description, row) => ({ Name: `A${row}`, Industry: industry, Description })),
  );
}

const update = (industry: string, ...more: string[]): string[] => [
  ...['update', '--query', `SELECT Id FROM Account WHERE Industry = '${industry}'`, '--no-prompt'],
  ...['--set', 'Name=${Description}', ...more],
];
const page = (name: string): Promise<string> => readFile(bench.file(name), 'utf8');

test.each([
  ['collections', '--no-allow-bulk'],
  ['bulk', '--bulk-threshold=0'],
])('a change over %s leaves a page with its counts and errors', async (route, flag) => {
  addAccounts(route, ['new', '']);
  const flags = [flag, '--report', `${route}.html`];
  const { code, answer } = await bench.runJson<Answer>(...update(route, ...flags));
  expect(code, JSON.stringify(answer)).toBe(68);
  expect(answer.result).toMatchObject({ route, reportFilePath: bench.file(`${route}.html`) });
  const html = await page(`${route}.html`);
  expect(html).toContain('1 + 1 + 0 = 2: every row is accounted for.');
  expect(html).toContain('REQUIRED_FIELD_MISSING');
  expect(html).toContain(answer.result.failedFilePath);
});

test('an interrupted change is reported with the command that resumes it, and again when it was resumed', async () => {
  addAccounts('Media', Array<string>(410).fill('new'));
  await interruptedAt(bench, 'collections.update', update('Media', '--no-allow-bulk'), { nth: 2 });
  const [run] = await runStore(bench.file('home/.sf/bulk2')).list();
  const { runId = '' } = run ?? {};
  const reported = await bench.run('job', 'report', '--id', runId, '--output-file', 'now.html');
  expect(reported.code, reported.stderr).toBe(0);
  expect(await page('now.html')).toContain(`sf bulk2 job resume --id ${runId}`);
  const resumed = await bench.run('job', 'resume', '--id', runId, '--report', 'then.html');
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(await page('then.html')).toContain('410 + 0 + 0 = 410');
}, 60_000);

test.each([
  ['collections', '--no-allow-bulk', 'collections.update'],
  ['bulk', '--bulk-threshold=0', 'ingest.info'],
])(
  'the report of an interrupted change over %s is written again by its resume',
  async (route, flag, endpoint) => {
    addAccounts(`${route} 2`, ['new']);
    await interruptedAt(bench, endpoint, update(`${route} 2`, flag, '--report', `${route}-own.html`));
    expect(await page(`${route}-own.html`)).not.toContain('1 + 0 + 0 = 1');
    const resumed = await bench.run('job', 'resume', '--use-most-recent');
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stdout.replaceAll(/\s+/g, ' ')).toContain(`Report: ${bench.file(`${route}-own.html`)}`);
    expect(await page(`${route}-own.html`)).toContain('1 + 0 + 0 = 1');
  },
  60_000,
);

test('an interrupted change that the same line resumes has its report written again', async () => {
  addAccounts('Same', ['new']);
  const line = update('Same', '--bulk-threshold=0');
  await interruptedAt(bench, 'ingest.info', [...line, '--report', 'same.html']);
  expect(await page('same.html')).not.toContain('1 + 0 + 0 = 1');
  const { code, answer } = await bench.runJson<Answer>(...line, '--if-interrupted', 'resume');
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.result.reportFilePath).toBe(bench.file('same.html'));
  expect(await page('same.html')).toContain('1 + 0 + 0 = 1');
}, 60_000);
