import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openBenchOfTwo } from '../../../support/bulk2.ts';
import { interruptedAt } from '../../../support/interrupted-at.ts';

type Answer = { readonly result: { readonly jobId: string } };

test('with --target-org, what was started last is what was started last in that org', async () => {
  const { bench, source } = await openBenchOfTwo();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const insert = ['insert', '--sobject', 'Account', '--file', 'a.csv', '--target-org'];
  const first = await bench.runJson<Answer>(...insert, 'source', '--async');
  const second = await interruptedAt(bench, 'ingest.info', [...insert, 'local']);

  const status = await bench.runJson<Answer>('job', 'status', '--use-most-recent', '--target-org', 'source');
  expect(status.answer.result).toMatchObject({ jobId: first.answer.result.jobId });
  const resumed = await bench.runJson<Answer>('job', 'resume', '--use-most-recent', '--target-org', 'source');
  expect(resumed.code, JSON.stringify(resumed.answer)).toBe(0);
  expect(resumed.answer.result.jobId).toBe(first.answer.result.jobId);
  expect(await source.records('Account')).toHaveLength(1);
  const none = await bench.run('job', 'abort', '--use-most-recent', '--target-org', 'source');
  expect(none.code, none.stdout).toBe(2);
  const here = await bench.runJson<Answer>('job', 'resume', '--use-most-recent', '--target-org', 'local');
  expect(here.answer.result.jobId).toBe(second);
});
