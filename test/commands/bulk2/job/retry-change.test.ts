import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ByQueryReport } from '../../../../src/cli/by-query/by-query-report.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';

type Answer = { warnings?: string[]; result: ByQueryReport };

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

test('a retry of a change by query over Bulk says of when its values are', async () => {
  bench.org.database.load('Account', [{ Name: 'A', Industry: 'Energy', Description: '' }]);
  const change = ['--set', 'Name=${Description}', '--bulk-threshold=0', '--no-prompt'];
  const where = ['--sobject', 'Account', '--where', "Industry = 'Energy'"];
  const failed = await bench.runJson<Answer>('update', ...where, ...change);
  expect(failed.code, JSON.stringify(failed.answer)).toBe(68);
  const retried = await bench.runJson<Answer>('job', 'retry', '--id', failed.answer.result.jobId ?? '');
  expect(retried.code, JSON.stringify(retried.answer)).toBe(68);
  expect(retried.answer.warnings?.join('\n')).toContain('even if somebody has modified them since');
});
