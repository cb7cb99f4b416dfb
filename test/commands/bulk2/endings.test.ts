import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBench } from '../../support/bulk2.ts';
import { needing } from '../../support/systems.ts';

type Failure = { status: number; message: string; actions?: string[]; stack?: string };

/** How a command ends is how its process ends. */
const processes = { ownProcesses: true };
const upsert = ['upsert', '--file', 'a.csv', '--sobject', 'Account', '--external-id', 'External_Id__c'];
const csv = 'External_Id__c,Name\ne-1,a\n';

test('an expired session names the login command, with exit code 1 and valid JSON', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), csv);
  await bench.org.revokeSession();
  const { code, answer } = await bench.runJson<Failure>(...upsert);
  expect(code).toBe(1);
  expect(`${answer.message} ${answer.actions?.join(' ')}`).toContain('sf org login');
  expect(answer.stack).toBeUndefined();
});

test('a session that ends on the way names the login command and the resume command', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), csv);
  const hold = await bench.org.faults.add({
    endpoint: 'ingest.info',
    action: { kind: 'hold', when: 'before' },
  });
  const running = bench.runJson<Failure>(...upsert);
  await hold.hit();
  const [job] = await bench.org.jobs();
  await bench.org.revokeSession();
  await bench.org.faults.add({ endpoint: 'ingest.info', action: { kind: 'drop-before' } });
  await hold.release('drop');
  const { code, answer } = await running;
  expect(code).toBe(1);
  const actions = answer.actions?.join(' ');
  expect(actions).toContain('sf org login');
  expect(actions).toContain(`sf bulk2 job resume --id ${job?.id ?? ''}`);
});

test('a session that expires is renewed on the way, though the login is lost or busy at first', async () => {
  await using bench = await openBench({}, { refreshable: true });
  await writeFile(bench.file('a.csv'), csv);
  const faults = [undefined, { kind: 'drop-before' }, { kind: 'answer', status: 503 }] as const;
  for (const [times, action] of faults.entries()) {
    await bench.org.expireSession();
    if (action !== undefined) await bench.org.faults.add({ endpoint: 'oauth.token', count: 2, action });
    const { code, stderr } = await bench.run(...upsert);
    expect(code, stderr).toBe(0);
    const { requests } = await bench.org.counters();
    expect(requests['oauth.token'], 'one login more each time, behind those that failed').toBe(1 + 3 * times);
  }
}, 60_000);

test('an org that is not there is told within seconds, by its host', async () => {
  await using bench = await openBench({}, processes);
  await writeFile(bench.file('a.csv'), csv);
  await bench.org.stop();
  const { code, answer } = await bench.runJson<Failure>(...upsert);
  expect(code).toBe(1);
  expect(answer.message).toContain(new URL(bench.org.url).host);
});

needing('signals')(
  'Ctrl-C while the org works prints the resume command and ends with exit code 130, the job untouched',
  async () => {
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
  },
);

needing('signals').each([
  ['a load', 'rest.describe', upsert, 1],
  ['a load, twice', 'rest.describe', upsert, 2],
  ['a query', 'rest.describe', ['query', '-q', 'SELECT Id FROM Account'], 1],
])('Ctrl-C before anything is sent says so: %s', async (_, endpoint, args, times) => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), csv);
  const hold = await bench.org.faults.add({ endpoint, action: { kind: 'hold', when: 'before' } });
  const { child, ended } = bench.start(...args);
  await hold.hit();
  for (let time = 0; time < times; time += 1) child.kill('SIGINT');
  const { code, stderr } = await ended;
  await hold.remove();
  expect(code, stderr).toBe(130);
  expect(stderr).toContain('Nothing was sent.');
  expect(await bench.org.jobs()).toEqual([]);
});

needing('signals').each([
  ['before its job is known', 'ingest.create', upsert],
  ['in the middle of the upload', 'ingest.upload', upsert],
  ['in the middle of the close', 'ingest.close', upsert],
  [
    'before the query job is known',
    'query.create',
    ['query', '-q', 'SELECT Id FROM Account', '--output-file', 'q.csv'],
  ],
])(
  'Ctrl-C %s prints the resume command, once and twice, and that takes it to its end',
  async (_, endpoint, args) => {
    await using bench = await openBench();
    await writeFile(bench.file('a.csv'), csv);
    for (const times of [1, 2]) {
      const hold = await bench.org.faults.add({ endpoint, action: { kind: 'hold', when: 'after' } });
      const { child, ended } = bench.start(...args);
      await hold.hit();
      for (let time = 0; time < times; time += 1) child.kill('SIGINT');
      const { code, stderr } = await ended;
      await hold.remove();
      expect(code, stderr).toBe(130);
      const resume = /sf bulk2 (job resume [\w -]+)/.exec(stderr)?.[1]?.trim().split(' ') ?? [];
      const resumed = await bench.run(...resume);
      expect(resumed.code, `${resume.join(' ')}: ${resumed.stderr}`).toBe(0);
    }
  },
  90_000,
);

test('a load that the org fails says where its rows are and how to send them again, not how to resume it', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), 'External_Id__c,Bogus\ne-1,a\n');
  const { code, answer } = await bench.runJson<Failure & { data: Record<string, unknown> }>(
    ...upsert,
    '--no-preflight',
  );
  expect(code).toBe(1);
  expect(answer.message).toContain('Bogus');
  const { jobId, unprocessedFilePath } = answer.data;
  expect(answer.actions?.join(' ')).toContain(`job retry --id ${String(jobId)}`);
  expect(answer.actions?.join(' ')).not.toContain('job resume');
  expect(await readFile(String(unprocessedFilePath), 'utf8')).toContain('e-1');
  const again = await bench.run('job', 'resume', '--id', String(jobId));
  expect(again.code).toBe(1);
  expect(again.stdout).toContain('Nothing is left to do');
});

test('a token in the place of a user gets into no file', async () => {
  await using bench = await openBench({}, { ownHost: true });
  await writeFile(bench.file('a.csv'), csv);
  const { accessToken, url } = bench.org;
  Object.assign(bench.env, { SF_ORG_INSTANCE_URL: url, SF_ORG_API_VERSION: '67.0' });
  const { code, stderr } = await bench.run(...upsert, '--async', '--target-org', accessToken);
  expect(code, stderr).toBe(0);
  const files = await readdir(bench.folder, { recursive: true, withFileTypes: true });
  const written = files.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  for (const path of written) expect(await readFile(path, 'utf8'), path).not.toContain(accessToken);
  expect(written.some((path) => path.endsWith('.journal'))).toBe(true);
  // The default org is the same one by its id.
  const resumed = await bench.run('job', 'resume', '--use-most-recent');
  expect(resumed.code, resumed.stderr).toBe(0);
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

test.each([
  ['parents', `{"Name":"x","a":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`],
  ['lists', `{"Name":"x","a":${'['.repeat(50_000)}12345678901234567890${']'.repeat(50_000)}}`],
])('deeply nested %s in JSON are refused as input, with exit code 2 and valid JSON', async (_, record) => {
  await using bench = await openBench();
  await writeFile(bench.file('a.json'), `[${record}]`);
  const { code, answer } = await bench.runJson<Failure>('insert', '-f', 'a.json', '-s', 'Account');
  expect(code).toBe(2);
  expect(answer.message).toMatch(/a\.json, row 1: The record (cannot be a row|is nested too deeply)/);
});
