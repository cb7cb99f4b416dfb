import { appendFile, writeFile } from 'node:fs/promises';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { JobListReport } from '../../../../src/cli/job/job-list.js';
import { journalVersion } from '../../../../src/lib/run/record.js';
import { runStore, type RunView } from '../../../../src/lib/run/store.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { createdRecord, exportRecord, journalText } from '../../../support/journal-records.ts';
import { interruptedAt } from '../../../support/interrupted-at.ts';

type Answer<T = never> = { message: string; actions: string[]; warnings: string[]; result: T };

const jobId = '750000000000009AAA';
let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  onTestFinished(() => bench[Symbol.asyncDispose]());
});

/** Two runs that were started last: one damaged, one of a newer version. */
async function unreadableRuns(): Promise<{ damaged: string; newer: string }> {
  const store = runStore(bench.file('home/.sf/bulk2'));
  const paths: string[] = [];
  for (const version of [journalVersion, journalVersion + 1]) {
    const path = store.pathFor(await store.begin(), 'journal');
    await writeFile(path, journalText([exportRecord(version), createdRecord(jobId)]));
    paths.push(path);
  }
  await appendFile(paths[0]!, 'nonsense\n');
  return { damaged: paths[0]!, newer: paths[1]! };
}

async function interruptedLoad(endpoint = 'ingest.close'): Promise<RunView> {
  await interruptedAt(bench, endpoint, [
    'insert',
    '--file',
    'a.csv',
    '--sobject',
    'Account',
    '--no-preflight',
  ]);
  return (await runStore(bench.file('home/.sf/bulk2')).list())[0]!;
}

test('where nothing else is left to resume, journals that cannot be read are named, with what to do', async () => {
  const { damaged, newer } = await unreadableRuns();
  const { code, answer } = await bench.runJson<Answer>('job', 'resume', '--use-most-recent');
  expect(code).toBe(2);
  const actions = answer.actions.join('\n');
  expect(actions).toContain(`${damaged}, line 3, is damaged`);
  expect(actions).toContain(`sf bulk2 job results --id ${jobId}`);
  expect(actions).toContain(`${newer} was written by a newer version`);
  expect(actions).toContain('sf plugins update');
});

test('the most recent run that can be read is resumed, with a warning of those that cannot', async () => {
  await interruptedLoad();
  const { damaged, newer } = await unreadableRuns();
  const { code, answer } = await bench.runJson<Answer>('job', 'resume', '--use-most-recent');
  expect(code, JSON.stringify(answer)).toBe(0);
  expect(answer.warnings.join('\n')).toContain(damaged);
  expect(answer.warnings.join('\n')).toContain(newer);
  expect(await bench.org.records('Account')).toHaveLength(1);
}, 60_000);

test('job abort aborts a job whose load can’t be read, and fails because that is not ended', async () => {
  const run = await interruptedLoad();
  await appendFile(run.path, 'nonsense\n');
  const [job] = await bench.org.jobs();
  const { code, answer } = await bench.runJson<Answer>('job', 'abort', '--id', job!.id);
  expect(code).toBe(1);
  expect(answer.message).toContain(`${run.path}, line`);
  expect(answer.actions.join()).toContain('delete the journal');
  expect((await bench.org.jobs())[0]!.state).toBe('Aborted');
}, 60_000);

test('a load that had no job yet is ended by its own name', async () => {
  const { runId } = await interruptedLoad('ingest.create');
  const { code, stdout } = await bench.run('job', 'abort', '--use-most-recent');
  expect(code).toBe(0);
  expect(stdout).toContain(`The load ${runId} was aborted. Nothing of it was sent`);
  const resumed = await bench.runJson<Answer>('job', 'resume', '--id', runId);
  expect(resumed.answer.message).toContain(`the load ${runId} ended without result files`);
}, 60_000);

test('job list warns of them, and lists the jobs of all others', async () => {
  const run = await interruptedLoad();
  const { damaged, newer } = await unreadableRuns();
  const { code, answer } = await bench.runJson<Answer<JobListReport>>('job', 'list');
  expect(code).toBe(0);
  const load = run.records.flatMap((record) => (record.type === 'created' ? [record.jobId] : []))[0];
  expect(answer.result.jobs).toMatchObject([{ id: load, load }]);
  expect(answer.warnings.join('\n')).toContain(damaged);
  expect(answer.warnings.join('\n')).toContain(newer);
}, 60_000);
