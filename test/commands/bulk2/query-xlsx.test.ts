import { readdir } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openBench } from '../../support/bulk2.ts';

test('more records than a sheet holds are refused before they are downloaded, and nothing is left of it', async () => {
  const bench = await openBench({ tables: { Big__c: 1_048_576 } });
  onTestFinished(() => bench[Symbol.asyncDispose]());
  const { code, stderr } = await bench.run('query', '-q', 'SELECT Id FROM Big__c', '--output-file', 'a.xlsx');
  expect(code, stderr).toBe(2);
  expect(stderr).toContain('A sheet of Excel holds 1048575 records, and there are 1048576.');
  expect((await bench.org.counters()).requests['query.results'] ?? 0).toBe(0);
  expect((await readdir(bench.folder)).filter((name) => name.startsWith('a.xlsx'))).toEqual([]);
  expect((await bench.run('job', 'resume', '--use-most-recent')).code).toBe(2);
});
