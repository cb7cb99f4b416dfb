import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { CopyReport } from '../../../../src/cli/copy/copy-report.js';
import { openBenchOfTwo } from '../../../support/bulk2.ts';
import { failing } from '../../../support/copy-orgs.ts';

test('a retry of a copy from files sends what was fixed in its file, where rows are known by their numbers', async () => {
  const { bench } = await openBenchOfTwo();
  await writeFile(bench.file('accounts.csv'), 'Name,Fax\nOne,1\nTwo,2\nThree,3\n');
  await writeFile(bench.file('contacts.csv'), 'LastName,AccountId\nA,2\nB,3\n');
  await writeFile(
    bench.file('plan.yaml'),
    `version: 1
objects:
  - { object: Account, file: accounts.csv }
  - { object: Contact, file: contacts.csv, lookups: { AccountId: { of: Account, by: Fax } } }
`,
  );
  await bench.org.faults.add(failing('Name', ['Two']));
  const copied = await bench.run(
    'copy',
    '--plan',
    'plan.yaml',
    '-o',
    'local',
    '--no-prompt',
    '--results-dir',
    'out',
  );
  expect(copied.code, copied.stderr).toBe(68);
  const path = /^Failed records, and why: (.*)$/m.exec(copied.stdout)?.[1] ?? '';
  const id = /job retry --id (\S+)/.exec(copied.stdout)?.[1] ?? '';
  expect(copied.stdout).toContain(
    'Fix the cause in the target org, or the rows in their files; then retry what is left:',
  );
  const failed = await readFile(path, 'utf8');
  expect(failed).toMatch(/,Account\.csv,2,Two,2,2\n$/);

  await writeFile(path, failed.replace(/2\n$/, '9\n'));
  const refused = await bench.run('job', 'retry', '--id', id);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(
    `${path}, row 1, column source__Id: "9" is no record of Account that failed here.`,
  );

  await writeFile(path, failed.replace('Two', 'Zwei'));
  const { code, answer } = await bench.runJson<{ result: CopyReport }>('job', 'retry', '--id', id);
  expect(code).toBe(0);
  expect(answer.result).toMatchObject({ successfulRecords: 5, failedRecords: 0, heldRecords: 0 });
  expect(answer.result.steps.map(({ failedFilePath }) => failedFilePath)).toEqual([null, null]);
  const accounts = new Map((await bench.org.records('Account')).map(({ Id, Name }) => [Id, Name]));
  const parents = (await bench.org.records('Contact')).map((each) => [
    each.LastName,
    accounts.get(each.AccountId ?? null),
  ]);
  expect(parents.sort()).toEqual([
    ['A', 'Zwei'],
    ['B', 'Three'],
  ]);
});

test('to resume is not offered where a copy was aborted, or a job of it has failed as a whole', async () => {
  const { bench } = await openBenchOfTwo();
  await writeFile(bench.file('accounts.csv'), 'Name\nOne\n');
  await writeFile(
    bench.file('plan.yaml'),
    'version: 1\nobjects:\n  - { object: Account, file: accounts.csv }\n',
  );
  const copy = ['copy', '--plan', 'plan.yaml', '-o', 'local', '--no-prompt', '--results-dir'];
  const whole = {
    endpoint: 'ingest.process',
    action: { kind: 'fail-job', afterBatches: 0, errorMessage: 'InvalidBatch : no' },
  } as const;
  await bench.org.faults.add(whole);
  const failed = await bench.run(...copy, 'failed', '--stop-on-error');
  const id = /retry --id (\w+-\w+)/.exec(failed.stderr)?.[1] ?? '';
  const resumed = await bench.run('job', 'resume', '--id', id);
  for (const { code, stderr } of [failed, resumed]) {
    expect(code, stderr).toBe(1);
    expect(stderr).toContain(`sf bulk2 job retry --id ${id}`);
    expect(stderr.slice(stderr.indexOf('Try this'))).not.toContain('job resume');
  }
  await bench.org.faults.clear();
  await bench.org.faults.add({ endpoint: 'ingest.process', action: { kind: 'hold', when: 'before' } });
  const begun = await bench.run(...copy, 'aborted', '--wait', '0');
  expect(begun.code, begun.stderr).toBe(69);
  const other = /resume --id (\w+-\w+)/.exec(begun.stderr)?.[1] ?? '';
  expect((await bench.run('job', 'abort', '--id', other)).code).toBe(0);
  const aborted = await bench.run('job', 'resume', '--id', other);
  expect(aborted.stderr).toContain('was aborted');
  expect(aborted.stderr).not.toContain('job resume');
});

test('a job that ends as a whole once all of its rows are loaded fails nothing', async () => {
  const { bench } = await openBenchOfTwo();
  await writeFile(bench.file('accounts.csv'), 'Name\nOne\nTwo\n');
  const plan = 'version: 1\nobjects: [{ object: Account, file: accounts.csv }]\n';
  await writeFile(bench.file('plan.yaml'), plan);
  const action = { kind: 'fail-job', afterBatches: 1, errorMessage: 'InternalServerError : no' } as const;
  await bench.org.faults.add({ endpoint: 'ingest.process', action });
  const copied = await bench.run('copy', '--plan', 'plan.yaml', '-o', 'local', '--no-prompt');
  expect(copied.stdout).toContain('Copied: 2 successful, 0 failed, 0 unprocessed, 0 held.');
  expect(copied.code, copied.stderr).toBe(0);
  expect(copied.stdout + copied.stderr).not.toContain('job retry');
});
