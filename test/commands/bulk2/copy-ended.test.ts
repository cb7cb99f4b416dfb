import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { failing } from '../../support/copy-orgs.ts';
import { openCopy } from '../../support/open-copy.ts';

type Status = { state: string; objects: Array<{ idsFilePath: string | null }> };

type Held = { readonly endpoint: 'ingest.create' | 'ingest.process'; readonly nth: number };

/** A copy that was interrupted while the org held that. @param how what becomes of it then; default: it goes on */
async function interruptedAt(held: Held, how?: 'drop') {
  const { bench, copy } = await openCopy();
  const hold = await bench.org.faults.add({ ...held, action: { kind: 'hold', when: 'before' } });
  const { child, ended } = bench.start(...copy, '--no-prompt');
  await hold.hit();
  child.kill('SIGINT');
  const { stderr } = await ended;
  await hold.release(how);
  return { bench, copy, id: /job resume --id (\S+)/.exec(stderr)?.[1] ?? '' };
}

/** A copy that was interrupted when it created its job of this number. */
function interruptedAtJob(nth: number) {
  return interruptedAt({ endpoint: 'ingest.create', nth }, 'drop');
}

/** A copy that was interrupted while the org had the job of its contacts, which is complete now. */
async function interruptedAtContacts() {
  const interrupted = await interruptedAt({ endpoint: 'ingest.process', nth: 2 });
  await expect.poll(async () => (await interrupted.bench.org.jobs()).at(-1)?.state).toBe('JobComplete');
  return interrupted;
}

test('what is advised about a copy that was aborted after a step says that something was sent', async () => {
  const { bench, id } = await interruptedAtJob(2);
  const aborted = await bench.run('job', 'abort', '--id', id);
  expect(aborted.stdout).toContain('Records that were loaded stay in the org');
  expect(aborted.stdout).toContain('Loaded by then: 2 records of Account.\n');
  for (const goOn of ['resume', 'retry']) {
    const { code, stderr } = await bench.run('job', goOn, '--id', id);
    expect(code).toBe(1);
    expect(stderr).toContain('Records that it had copied by then are in the target.');
    expect(stderr).toContain('run the same copy again with --known-ids');
    expect(stderr).not.toMatch(/nothing was sent/i);
  }
  const results = await bench.run('job', 'results', '--id', id);
  expect(results.code).toBe(2);
  expect(results.stderr).toContain(`sf bulk2 job report --id ${id}`);
  expect(results.stderr).toContain('run the same copy again with --known-ids');
  expect(results.stderr).not.toMatch(/job (resume|retry)/);
  const { stdout } = await bench.run('job', 'status', '--id', id);
  expect(stdout).toContain(`${id} was aborted: 2 successful, 0 failed, 0 unprocessed, 0 held by then.\n`);
  expect(stdout).not.toContain('known');
  const { answer } = await bench.runJson<{ result: Status }>('job', 'status', '--id', id);
  expect(answer.result).toMatchObject({ state: 'Aborted', successfulRecords: 2 });
  expect(answer.result.objects[0]?.idsFilePath).toBe(bench.file('out/Account-ids.csv'));
  await bench.run('job', 'report', '--id', id, '--output-file', 'page.html');
  const page = await readFile(bench.file('page.html'), 'utf8');
  expect(page).toContain('What was loaded stays.');
  expect(page).toContain('Account-ids.csv');
  expect(page).toContain('--known-ids');
});

test('what an aborted copy had loaded is known to another one, also of a step that had no results yet', async () => {
  const { bench, copy, id } = await interruptedAtContacts();
  const aborted = await bench.run('job', 'abort', '--id', id);
  expect(aborted.code, aborted.stderr).toBe(0);
  expect(aborted.stdout).toContain(`with --known-ids ${bench.file('out')}`);
  expect(aborted.stdout).toContain('Loaded by then: 2 records of Account, 3 records of Contact.\n');
  const contacts = await readFile(bench.file('out/Contact-ids.csv'), 'utf8');
  expect(contacts.trim().split('\n')).toHaveLength(4);
  await bench.run(...copy.slice(0, -1), 'again', '--no-prompt', '--known-ids', 'out');
  expect(await bench.org.records('Account')).toHaveLength(2);
  const records = await bench.org.records('Contact');
  expect(records).toHaveLength(3);
  expect(records.filter(({ AccountId }) => AccountId === null)).toEqual([]);
}, 60_000);

test('the status of an aborted copy names the objects of which nobody knows what was loaded', async () => {
  const { bench, id } = await interruptedAtContacts();
  const jobId = (await bench.org.jobs()).at(-1)?.id ?? '';
  expect((await bench.run('job', 'delete', '--id', jobId, '-o', 'local')).code).toBe(0);
  expect((await bench.run('job', 'abort', '--id', id)).code).toBe(0);
  const { stdout } = await bench.run('job', 'status', '--id', id);
  expect(stdout).toContain(`${id} was aborted: 2 successful, 0 failed, 0 unprocessed, 0 held by then.\n`);
  expect(stdout).toContain("It isn't known which records of Contact were loaded.");
}, 60_000);

test('the results of a finished copy are in its report; a retry is named only where something is left', async () => {
  const { bench, copy } = await openCopy();
  const ways = async (folder: string): Promise<string> => {
    const { stderr } = await bench.run(...copy.slice(0, -1), folder, '--no-prompt');
    const id = /job resume --id (\S+)/.exec(stderr)?.[1] ?? '';
    const results = await bench.run('job', 'results', '--id', id);
    expect(results.code).toBe(2);
    expect(results.stderr).toContain(`sf bulk2 job report --id ${id}`);
    return results.stderr;
  };
  expect(await ways('all')).not.toMatch(/job (resume|retry)/);
  await bench.org.faults.add(failing('LastName', ['Contact 1']));
  const left = await ways('left');
  expect(left).toContain('sf bulk2 job retry --id');
  expect(left).not.toContain('job resume');
});

test('of one that was aborted before its first job, it is said that nothing was sent', async () => {
  const { bench, id } = await interruptedAtJob(1);
  const aborted = await bench.run('job', 'abort', '--id', id);
  expect(aborted.stdout).toContain(`The copy ${id} was aborted. Nothing of it was sent.`);
  const { stderr } = await bench.run('job', 'resume', '--id', id);
  expect(stderr).toContain('Nothing was sent. Start the copy again.');
  expect(stderr).not.toContain('are in the target');
  await bench.run('job', 'report', '--id', id, '--output-file', 'page.html');
  expect(await readFile(bench.file('page.html'), 'utf8')).toContain('and nothing was sent. Start it again.');
});
