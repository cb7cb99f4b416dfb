import { expect, test } from 'vitest';
import type { CopyReport } from '../../../src/cli/copy/copy-report.js';
import { openBenchOfTwo } from '../../support/bulk2.ts';
import { accounts, failing } from '../../support/copy-orgs.ts';

type Failure = { readonly name: string; readonly data: CopyReport };

const copy = ['copy', '--sobject', 'Account', '--source-org', 'source', '-o', 'local', '--no-prompt'];

test('a copy that ends early has the JSON of one that has finished, as far as it came', async () => {
  const { bench, source } = await openBenchOfTwo();
  source.database.load('Account', accounts(3));
  const { answer: whole } = await bench.runJson<{ result: CopyReport }>(...copy, '--results-dir', 'whole');
  const fields = Object.keys(whole.result).sort();

  const hold = await bench.org.faults.add({
    endpoint: 'ingest.process',
    action: { kind: 'hold', when: 'before' },
    count: 'always',
  });
  const line = [...copy, '--results-dir', 'out', '--report', 'page.html', '--json'];
  const { child, ended } = bench.start(...line);
  await hold.hit();
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  const answer = JSON.parse(stdout) as Failure;
  const { runId } = answer.data;
  expect(Object.keys(answer.data)).toEqual(expect.arrayContaining(fields));
  const known = { runId, state: 'InProgress', resultsDir: bench.file('out') };
  expect(answer.data).toMatchObject({ ...known, reportFilePath: bench.file('page.html') });
  expect(answer.data.objects).toMatchObject([{ object: 'Account', readRecords: 3 }]);
  expect(answer.data.steps).toMatchObject([{ object: 'Account', state: 'Open' }]);

  const resumed = await bench.runJson<Failure>('job', 'resume', '--id', String(runId), '--wait', '0');
  expect(resumed.code).toBe(69);
  expect(Object.keys(resumed.answer.data)).toEqual(expect.arrayContaining(fields));
  expect(resumed.answer.data).toMatchObject(known);
  await hold.release();
  await hold.remove();
});

test('a retry of a copy that ends early says what the copy has by then', async () => {
  const { bench, source } = await openBenchOfTwo();
  source.database.load('Account', accounts(3));
  await bench.org.faults.add(failing('Name', ['Account 1']));
  const { answer } = await bench.runJson<{ result: CopyReport }>(...copy, '--results-dir', 'out');
  expect(answer.result).toMatchObject({ successfulRecords: 2, failedRecords: 1 });
  await bench.org.faults.clear();
  const hold = await bench.org.faults.add({
    endpoint: 'ingest.process',
    action: { kind: 'hold', when: 'before' },
    count: 'always',
  });
  const { runId } = answer.result;
  const retried = await bench.runJson<Failure>('job', 'retry', '--id', String(runId), '--wait', '0');
  expect(retried.code).toBe(69);
  expect(retried.answer.data).toMatchObject({ runId, state: 'InProgress', successfulRecords: 2 });
  await hold.release();
  await hold.remove();
});
