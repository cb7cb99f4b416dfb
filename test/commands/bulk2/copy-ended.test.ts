import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openCopy } from '../../support/open-copy.ts';

type Status = { state: string; objects: Array<{ idsFilePath: string | null }> };

/** A copy that was interrupted when it created its job of this number. */
async function interruptedAtJob(nth: number) {
  const { bench, copy } = await openCopy();
  const hold = await bench.org.faults.add({
    endpoint: 'ingest.create',
    nth,
    action: { kind: 'hold', when: 'before' },
  });
  const { child, ended } = bench.start(...copy, '--no-prompt');
  await hold.hit();
  child.kill('SIGINT');
  const { stderr } = await ended;
  await hold.release('drop');
  return { bench, id: /job resume --id (\S+)/.exec(stderr)?.[1] ?? '' };
}

test('what is advised about a copy that was aborted after a step says that something was sent', async () => {
  const { bench, id } = await interruptedAtJob(2);
  const aborted = await bench.run('job', 'abort', '--id', id);
  expect(aborted.stdout).toContain('Records that were loaded stay in the org');
  for (const goOn of ['resume', 'retry']) {
    const { code, stderr } = await bench.run('job', goOn, '--id', id);
    expect(code).toBe(1);
    expect(stderr).toContain('Records that it had copied by then are in the target.');
    expect(stderr).toContain('run the same copy again with --known-ids');
    expect(stderr).not.toMatch(/nothing was sent/i);
  }
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
  const { bench, copy } = await openCopy();
  const process = { endpoint: 'ingest.process', nth: 2 } as const;
  const hold = await bench.org.faults.add({ ...process, action: { kind: 'hold', when: 'before' } });
  const { child, ended } = bench.start(...copy, '--no-prompt');
  await hold.hit();
  child.kill('SIGINT');
  const id = /job resume --id (\S+)/.exec((await ended).stderr)?.[1] ?? '';
  await hold.release();
  await expect.poll(async () => (await bench.org.jobs()).at(-1)?.state).toBe('JobComplete');
  const aborted = await bench.run('job', 'abort', '--id', id);
  expect(aborted.code, aborted.stderr).toBe(0);
  expect(aborted.stdout).toContain(`with --known-ids ${bench.file('out')}`);
  const contacts = await readFile(bench.file('out/Contact-ids.csv'), 'utf8');
  expect(contacts.trim().split('\n')).toHaveLength(4);
  await bench.run(...copy.slice(0, -1), 'again', '--no-prompt', '--known-ids', 'out');
  expect(await bench.org.records('Account')).toHaveLength(2);
  const records = await bench.org.records('Contact');
  expect(records).toHaveLength(3);
  expect(records.filter(({ AccountId }) => AccountId === null)).toEqual([]);
}, 60_000);

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
