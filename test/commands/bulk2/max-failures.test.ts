import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../support/bulk2.ts';
import { interruptedAt } from '../../support/interrupted-at.ts';

type Answer = { status: number; message: string; result: LoadReport };

const flags = ['--file', 'a.csv', '--sobject', 'Account', '--no-preflight'];
const load = ['insert', ...flags, '--max-rows-per-job', '2', '--concurrency', '1'];

/** 10 rows, the second and the third of which the org refuses. */
async function tenRows(bench: Bench): Promise<void> {
  const rows = Array.from({ length: 10 }, (_, row) =>
    row === 1 || row === 2 ? 'x'.repeat(300) : `Row ${row}`,
  );
  await writeFile(bench.file('a.csv'), `Name\n${rows.join('\n')}\n`);
}

test('--max-failures leaves the rest unprocessed, says so, and ends with exit code 68', async () => {
  await using bench = await openBench();
  await tenRows(bench);
  const { code, stdout, stderr } = await bench.run(...load, '--max-failures', '20%');
  expect(code, stderr).toBe(68);
  expect(stdout).toContain('Stopped by --max-failures: 2 of 10 rows failed, and the load was to stop at 2.');
  expect(stdout).toMatch(/6 rows were not sent.*sf bulk2 job retry --id 750/s);
  expect(await bench.org.jobs()).toHaveLength(2);
  const again = await bench.runJson<Answer>(...load, '--max-failures', '0');
  expect(again.code).toBe(68);
  expect(again.answer.result).toMatchObject({
    stopReason: '1 of 10 rows failed, and the load was to stop at 1.',
    failedRecords: 1,
    unprocessedRecords: 8,
    state: 'JobComplete',
  });
}, 30_000);

test('a load that is resumed keeps its --max-failures, and one that retries its rows has its own', async () => {
  await using bench = await openBench();
  await tenRows(bench);
  const jobId = await interruptedAt(bench, 'ingest.info', [...load, '--max-failures', '2']);
  const resumed = await bench.runJson<Answer>('job', 'resume', '--id', jobId);
  expect(resumed.code, JSON.stringify(resumed.answer)).toBe(68);
  expect(resumed.answer.result).toMatchObject({ failedRecords: 2, unprocessedRecords: 6 });
  const retried = await bench.runJson<Answer>('job', 'retry', '--id', jobId);
  expect(retried.answer.result).toMatchObject({
    successfulRecords: 6,
    failedRecords: 2,
    unprocessedRecords: 0,
  });
  expect(retried.answer.result.stopReason).toBeUndefined();
  const last = ['job', 'retry', '--id', retried.answer.result.jobId ?? '', '--max-failures', '1'];
  expect((await bench.runJson<Answer>(...last)).answer.result).toMatchObject({ failedRecords: 2 });
}, 60_000);

test.each([
  ['ten', []],
  ['-1', []],
  ['101%', []],
  ['1.5', []],
  ['5', ['--async']],
])('--max-failures %s %j is refused with exit code 2', async (limit, more) => {
  await using bench = await openBench();
  await tenRows(bench);
  const { code, answer } = await bench.runJson<Answer>(...load, `--max-failures=${limit}`, ...more);
  expect(code).toBe(2);
  expect(answer.message).toMatch(/limit of failed rows|--max-failures/);
  expect(await bench.org.jobs()).toEqual([]);
});
