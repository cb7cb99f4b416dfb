import { once } from 'node:events';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { LoadReport } from '../../../../src/cli/load/load-report.js';
import { takeLock } from '../../../../src/lib/run/lock.js';
import type { Owner } from '../../../../src/lib/run/lock-file.js';
import { runStore } from '../../../../src/lib/run/store.js';
import { openBench, type Bench } from '../../../support/bulk2.ts';
import { interruptedAt } from '../../../support/interrupted-at.ts';
import { needing } from '../../../support/systems.ts';

type Answer = { status: number; message: string; actions?: string[]; result: LoadReport };

const owner: Partial<Owner> = { host: 'build-7', pid: 4711, namespace: 'pid:[1]' };

/** A load whose job is not closed yet, with the lock of a process in another container that shares the home folder. */
async function heldElsewhere(bench: Bench): Promise<{ jobId: string; lock: string }> {
  await writeFile(bench.file('a.csv'), 'Name\nAda\n');
  const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account', '--no-preflight'];
  const jobId = await interruptedAt(bench, 'ingest.close', insert);
  const [run] = await runStore(bench.file('home/.sf/bulk2')).list();
  const lock = `${run!.path}.lock`;
  const own = await takeLock(lock);
  await own.release();
  await writeFile(lock, `${JSON.stringify({ ...own.owner, ...owner })}\n3\n`);
  return { jobId, lock };
}

/** Starts a resume, and returns once it has said that it watches the former owner. */
async function resumeThatWatches(bench: Bench) {
  const { child, ended } = bench.start('job', 'resume', '--use-most-recent');
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  while (!stderr.includes('Watching it for')) {
    const [text] = (await once(child.stderr!, 'data')) as [string];
    stderr += text;
  }
  return { child, ended, stderr };
}

test('a load of another container is watched, which is said, and resumed once its lock is free', async () => {
  await using bench = await openBench();
  const { lock } = await heldElsewhere(bench);
  const { ended, stderr } = await resumeThatWatches(bench);
  expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
    /Process 4711 on build-7 has held this run since 2\S+ \S+ UTC, and can't be seen/,
  );
  expect(stderr).toContain('1 min 0 s');
  await rm(lock);
  expect((await ended).code).toBe(0);
  expect(await bench.org.records('Account')).toHaveLength(1);
}, 60_000);

test('a load of another container that shows a sign of life is not resumed', async () => {
  await using bench = await openBench();
  const { lock } = await heldElsewhere(bench);
  const { ended } = await resumeThatWatches(bench);
  await appendFile(lock, '4\n');
  const { code, stderr } = await ended;
  expect(code).toBe(1);
  expect(stderr).toContain('held by process 4711 on build-7');
  expect(await bench.org.records('Account')).toHaveLength(0);
}, 60_000);

needing('signals')(
  'Ctrl-C ends the watching',
  async () => {
    await using bench = await openBench();
    await heldElsewhere(bench);
    const { child, ended } = await resumeThatWatches(bench);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code, stderr).toBe(130);
    expect(stderr).toContain('sf bulk2 job resume');
  },
  60_000,
);

test('--wait bounds the watching, with the command to go on with', async () => {
  await using bench = await openBench();
  const { jobId } = await heldElsewhere(bench);
  const { code, answer } = await bench.runJson<Answer>('job', 'resume', '--id', jobId, '--wait', '0');
  expect(code).toBe(69);
  expect(answer.message).toContain('process 4711 on build-7');
  expect(answer.actions?.join()).toContain(`sf bulk2 job resume --id ${jobId}`);
}, 60_000);
