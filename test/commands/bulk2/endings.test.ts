import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openBench } from '../../support/bulk2.ts';

type Failure = { status: number; message: string; actions?: string[]; stack?: string };

/** How a command ends is how its process ends. */
const processes = { ownProcesses: true };
const upsert = ['upsert', '--file', 'a.csv', '--sobject', 'Account', '--external-id', 'External_Id__c'];
const csv = 'External_Id__c,Name\ne-1,a\n';

test('an expired session names the login command, with exit code 1 and valid JSON', async () => {
  await using bench = await openBench({}, processes);
  await writeFile(bench.file('a.csv'), csv);
  await bench.org.revokeSession();
  const { code, answer } = await bench.runJson<Failure>(...upsert);
  expect(code).toBe(1);
  expect(`${answer.message} ${answer.actions?.join(' ')}`).toContain('sf org login');
  expect(answer.stack).toBeUndefined();
});

test('a session that expires is renewed on the way where there is a refresh token', async () => {
  await using bench = await openBench({}, { ...processes, refreshable: true });
  await writeFile(bench.file('a.csv'), csv);
  await bench.org.expireSession();
  const { code, stderr } = await bench.run(...upsert);
  expect(code, stderr).toBe(0);
});

test('an org that is not there is told within seconds, by its host', async () => {
  await using bench = await openBench({}, processes);
  await writeFile(bench.file('a.csv'), csv);
  await bench.org.stop();
  const { code, answer } = await bench.runJson<Failure>(...upsert);
  expect(code).toBe(1);
  expect(answer.message).toContain(new URL(bench.org.url).host);
});

test('Ctrl-C while the org works prints the resume command and ends with exit code 130, the job untouched', async () => {
  await using bench = await openBench({}, processes);
  await writeFile(bench.file('a.csv'), csv);
  const hold = await bench.org.faults.add({
    endpoint: 'ingest.info',
    action: { kind: 'hold', when: 'before' },
  });
  const { child, ended } = bench.start(...upsert);
  await hold.hit();
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  await hold.remove();
  expect(code).toBe(130);
  const [job] = await bench.org.jobs();
  expect(stderr).toContain(`sf bulk2 job resume --id ${job?.id ?? ''}`);
  expect(['UploadComplete', 'InProgress', 'JobComplete']).toContain(job?.state);
});

test('--wait that runs out ends with exit code 69, aborts nothing and prints the resume command', async () => {
  await using bench = await openBench({ batchDelayMs: 60_000 }, processes);
  await writeFile(bench.file('a.csv'), csv);
  const { code, answer } = await bench.runJson<Failure>(...upsert, '--wait', '0');
  expect(code).toBe(69);
  const [job] = await bench.org.jobs();
  expect(answer.actions?.join(' ')).toContain(`sf bulk2 job resume --id ${job?.id ?? ''}`);
  expect(job?.state).not.toBe('Aborted');
});
