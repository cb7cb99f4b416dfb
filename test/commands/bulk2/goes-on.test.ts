import { writeFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { openBench, openBenchOfTwo, type Bench } from '../../support/bulk2.ts';
import { accounts, contacts } from '../../support/copy-orgs.ts';
import { interruptedAt } from '../../support/interrupted-at.ts';
import { killedAt } from '../../support/killed-at.ts';
import { needing } from '../../support/systems.ts';

type Failure = { message: string; actions: string[] };

const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account', '--max-rows-per-job', '2'];
const csv = 'Name\na\nb\nc\nd\ne\n';

async function idsOf({ org }: Bench): Promise<string[]> {
  return (await org.jobs()).map(({ id }) => id).sort();
}

needing('signals')(
  'Ctrl-C says which job goes on in the org, how many rows are not sent yet, and the resume command alone',
  async () => {
    await using bench = await openBench();
    await writeFile(bench.file('a.csv'), csv);
    const hold = await bench.org.faults.add({
      endpoint: 'ingest.info',
      action: { kind: 'hold', when: 'before' },
    });
    const { child, ended } = bench.start(...insert, '--concurrency', '1');
    await hold.hit();
    child.kill('SIGINT');
    const { stderr } = await ended;
    await hold.remove();
    const [jobId] = await idsOf(bench);
    expect(stderr).toContain(
      `Interrupted. Job ${jobId} goes on in the org without this command. Not sent yet: 3 rows.`,
    );
    expect(stripVTControlCharacters(stderr)).toMatch(
      new RegExp(`Try this:\\s+sf bulk2 job resume --id ${jobId}\\s*$`),
    );
  },
);

test('a wait that is over names all jobs that go on in the org', async () => {
  await using bench = await openBench({ batchDelayMs: 60_000 });
  await writeFile(bench.file('a.csv'), csv);
  const { code, answer } = await bench.runJson<Failure>(...insert, '--wait', '0');
  expect(code).toBe(69);
  const ids = await idsOf(bench);
  expect(answer.message).toContain(`3 jobs go on in the org without this command: ${ids.join(', ')}.`);
  expect(answer.message).not.toContain('Not sent yet');
  // The one whose creation was answered first, of several at once.
  expect(answer.actions).toHaveLength(1);
  expect(ids.map((id) => `sf bulk2 job resume --id ${id}`)).toContain(answer.actions[0]);
  expect(answer.message.match(/in the org/g)).toHaveLength(1);
});

test('a load that loses its org in an upload says how many rows are not sent yet', async () => {
  await using bench = await openBench();
  await writeFile(bench.file('a.csv'), csv);
  await bench.org.faults.add({
    endpoint: 'ingest.upload',
    count: 'always',
    action: { kind: 'answer', status: 401, errorCode: 'INVALID_SESSION_ID', message: 'Over.' },
  });
  const { code, answer } = await bench.runJson<Failure>(...insert);
  expect(code).toBe(1);
  expect(answer.message).toMatch(/Not sent yet: 5 rows\.$/);
});

test('a copy that stops in a step says which job goes on, and counts the records of later steps', async () => {
  const { bench, source } = await openBenchOfTwo();
  source.database.load('Account', accounts(2));
  source.database.load('Contact', contacts(3, 2));
  await bench.org.faults.add({
    endpoint: 'ingest.info',
    count: 'always',
    action: { kind: 'answer', status: 401, errorCode: 'INVALID_SESSION_ID', message: 'Over.' },
  });
  const between = ['--source-org', 'source', '-o', 'local', '--results-dir', 'out', '--no-prompt'];
  const { code, answer } = await bench.runJson<Failure>('copy', '-s', 'Account', '-s', 'Contact', ...between);
  expect(code, answer.message).toBe(1);
  const [jobId] = await idsOf(bench);
  expect(answer.message).toContain(
    `Job ${jobId} goes on in the org without this command. Not sent yet: 3 records.`,
  );
});

test.each([
  ['was left open', killedAt, 'its upload was interrupted'],
  ['was given up before', interruptedAt, expect.any(String)],
])(
  'a resume that opens another job for rows of one that %s names both, and why',
  async (_, stop, reason) => {
    await using bench = await openBench();
    await writeFile(bench.file('a.csv'), csv);
    const old = await stop(bench, 'ingest.upload', ['insert', '--file', 'a.csv', '--sobject', 'Account']);
    const resume = ['job', 'resume', '--id', old];
    const { code, answer } = await bench.runJson<{ warnings: string[]; result: { jobId: string } }>(
      ...resume,
    );
    expect(code).toBe(0);
    const [warning = ''] = answer.warnings;
    const [, replaced, why, next] =
      /^No row of job (\S+) was processed \((.+)\)\. Its rows go into job (\S+), so none is sent twice\.$/.exec(
        warning,
      ) ?? [];
    expect([replaced, why, next]).toEqual([old, reason, answer.result.jobId]);
  },
  60_000,
);
