import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { BulkV2 } from '../../../../src/lib/bulk2/bulk2.js';
import { Events } from '../../../../src/lib/events.js';
import type { LoadEvents } from '../../../../src/lib/load/model/events.js';
import { runStore } from '../../../../src/lib/run/store.js';
import { loginTo, startOrg, type Org } from '../../../../local-org/index.ts';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { interruptedAt } from '../../../support/interrupted-at.ts';
import { orgConnection } from '../../../support/org-connection.ts';

type Answer = { status: number; message: string };

function libraryOn({ url, accessToken }: Org, bench: Bench): BulkV2 {
  const connection = orgConnection(url, { accessToken, version: '67.0' });
  return new BulkV2(connection, { stateFolder: bench.file('home/.sf/bulk2') });
}

test('what a command began in one org no other continues: not a command under its alias, not the library', async () => {
  await using bench = await openBench({}, { ownHost: true });
  await using other = await startOrg();
  await loginTo(other, bench.file('home'), { alias: 'other' });
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account', '--no-preflight'];
  const jobId = await interruptedAt(bench, 'ingest.upload', [...insert, '--target-org', 'local']);

  const library = libraryOn(other, bench);
  const refusal = await failureOf<Error>(library.resume(jobId));
  expect(refusal.message).toContain(bench.org.orgId);
  expect(refusal.message).toContain(other.orgId);
  await library.close();

  for (const command of ['resume', 'results', 'retry', 'abort']) {
    const args = ['job', command, '--id', jobId, '--target-org', 'other'];
    const { code, answer } = await bench.runJson<Answer>(...args);
    expect(code, command).toBe(2);
    expect(answer.message, command).toContain(bench.org.orgId);
    expect(answer.message, command).toContain(other.orgId);
  }
  expect(await other.jobs()).toEqual([]);
}, 60_000);

test('a damaged journal still says in which org its job is: no command asks another one', async () => {
  await using bench = await openBench({}, { ownHost: true });
  await using other = await startOrg();
  await loginTo(other, bench.file('home'), { alias: 'other' });
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const load = await bench.runJson<Answer & { result: { jobId: string } }>(
    ...['insert', '--file', 'a.csv', '--sobject', 'Account', '--async', '--target-org', 'local'],
  );
  const { jobId } = load.answer.result;
  const [run] = await runStore(bench.file('home/.sf/bulk2')).list();
  const text = await readFile(run!.path, 'utf8');
  await writeFile(run!.path, text.replace('"type":"close"', '"type":"chose"'));

  await other.resetCounters();
  for (const command of ['results', 'status', 'abort', 'delete']) {
    const args = ['job', command, '--id', jobId, '--target-org', 'other'];
    const { code, answer } = await bench.runJson<Answer>(...args);
    expect(code, command).toBe(2);
    expect(answer.message, command).toContain(bench.org.orgId);
    expect(answer.message, command).toContain(other.orgId);
  }
  const { log } = await other.counters();
  expect(log.filter(({ url }) => url.includes('/jobs/'))).toEqual([]);
}, 60_000);

test('what the library began in one org a command does not continue in another', async () => {
  await using bench = await openBench();
  await using other = await startOrg();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const library = libraryOn(other, bench);
  const stop = new AbortController();
  const events = new Events<LoadEvents>();
  events.on('jobCreated', () => stop.abort());
  const load = {
    object: 'Account',
    operation: 'insert',
    preflight: false,
    events,
    signal: stop.signal,
  } as const;
  await failureOf(library.load({ ...load, input: bench.file('a.csv'), resultsDir: bench.folder }));
  await library.close();
  const [job] = await other.jobs();
  const resume = ['job', 'resume', '--id', job!.id, '--target-org', 'local'];
  const { code, answer } = await bench.runJson<Answer>(...resume);
  expect(code).toBe(2);
  expect(answer.message).toContain(bench.org.orgId);
  expect(answer.message).toContain(other.orgId);
  expect(await bench.org.jobs()).toEqual([]);
});
