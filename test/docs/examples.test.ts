import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isFinished, runStore } from '../../src/lib/run/store.js';
import { loginTo, startOrg, type Org } from '../../local-org/index.ts';
import { openBench, type Bench } from '../support/bulk2.ts';
import { foreignQueryJob } from '../support/foreign-job.ts';
import { interruptedAt } from '../support/interrupted-at.ts';
import { wordsOfPlainLine } from '../support/plain-line.ts';

// Each example of a command's help is run as it is printed; only the placeholders of ids are replaced.

const root = join(import.meta.dirname, '..', '..');
const anyJob = '750xx0000000001AAA';
const anyRun = '20260131T080000123Z-a1b2c3';

type Manifest = { commands: Record<string, { id: string; examples?: string[] }> };

const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as Manifest;
const lines = Object.values(commands).flatMap(({ id, examples = [] }) =>
  examples.flatMap((example) =>
    [...example.matchAll(/<%= command\.id %>(.*)/g)].map(
      ([, rest = '']) => [id.replaceAll(':', ' '), rest.trim()] as const,
    ),
  ),
);

let bench: Bench;
/** That records are copied from. */
let source: Org;

beforeAll(async () => {
  bench = await openBench({}, { ownHost: true });
  source = await startOrg({ tls: true });
  await loginTo(source, bench.file('home'), { alias: 'prod' });
  await loginTo(bench.org, bench.file('home'), { alias: 'sandbox' });
  await mkdir(bench.file('bin'));
  const script = `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin/run.js')}" "$@"\n`;
  await writeFile(bench.file('bin/sf'), script);
  await chmod(bench.file('bin/sf'), 0o755);
}, 60_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await source.stop();
});

test('every command has at least three examples', () => {
  for (const { id, examples = [] } of Object.values(commands))
    expect(examples.length, id).toBeGreaterThanOrEqual(3);
});

test.each(lines)(
  'sf %s %s',
  async (id, line) => {
    const isTerminalNeeded =
      /--(?:query|where) /.test(line) && /update|delete/.test(id) && !/--no-prompt|--dry-run/.test(line);
    const prepared = await prepare(id, line);
    const ready = line.replace(anyJob, prepared.jobId).replace(anyRun, prepared.runId);
    const { code, output } = await run(`${id} ${ready}`);
    expect(output).not.toMatch(/USAGE|Nonexistent flag/);
    expect(code, output).toBe(isTerminalNeeded ? 2 : (prepared.code ?? 0));
    if (isTerminalNeeded) expect(output).toContain('--no-prompt');
  },
  60_000,
);

type Prepared = { readonly jobId: string; readonly runId: string; readonly code?: number };

const none = { jobId: '', runId: '' };

/** What a command needs to have something to do. */
async function prepare(id: string, line: string): Promise<Prepared> {
  if (!id.startsWith('bulk2 job')) {
    await writeInputs(id, line);
    return none;
  }
  if (line.includes(anyRun)) return { jobId: '', runId: await interruptedChange() };
  if (id.endsWith('list')) return none;
  if (/records\.(?:csv|parquet)|--result-format/.test(line))
    return { ...none, jobId: await foreignQueryJob(bench.org, 'SELECT Id FROM User') };
  if (id.endsWith('retry'))
    return { ...none, jobId: await failedLoad(), code: line.includes('--async') ? 0 : 68 };
  if (id.endsWith('resume') || id.endsWith('abort')) return { ...none, jobId: await asyncLoad() };
  return { ...none, jobId: await finishedLoad() };
}

async function writeInputs(id: string, line: string): Promise<void> {
  const [account] = await bench.org.records('Account');
  const accountId = String(account?.Id ?? '');
  const accounts = id.endsWith('insert')
    ? 'Name\nOne\n'
    : id.endsWith('upsert')
      ? 'External_Id__c,Name\ne-1,One\n'
      : id.endsWith('delete')
        ? `Id\n${accountId}\n`
        : line.includes('No.=AccountNumber')
          ? 'No.,Name\nU-1,One\n'
          : line.includes('--external-id')
            ? 'External_Id__c,Name\nu-1,One\n'
            : line.includes('Company=Name')
              ? `Id,Company,Other\n${accountId},One,x\n`
              : `Id,Name\n${accountId},One\n`;
  await writeFile(bench.file('accounts.csv'), accounts);
  await writeFile(bench.file('contacts.csv'), 'LastName\nOne\n');
  await writeFile(bench.file('contacts-1.csv'), 'LastName\nOne\n');
  await writeFile(bench.file('contacts-2.csv.gz'), gzipSync('LastName\nTwo\n'));
  if (
    id.endsWith('update') &&
    !(await bench.org.records('Account')).some((each) => each.AccountNumber === 'U-1')
  )
    bench.org.database.load('Account', [{ Name: 'U', External_Id__c: 'u-1', AccountNumber: 'U-1' }]);
  if (/--(?:query|where) /.test(line))
    bench.org.database.load('Account', [{ Name: 'A', Industry: 'Energy' }]);
  await writeFile(bench.file('copy-plan.yaml'), 'version: 1\nobjects:\n  - object: Account\n');
  await writeFile(bench.file('accounts.soql'), 'SELECT Id, Name FROM Account -- all of them\n');
  await writeFile(bench.file('ids.csv'), 'Id\n001000000000001AAA\n');
}

async function finishedLoad(): Promise<string> {
  await writeFile(bench.file('job.csv'), 'Name\nOne\n');
  return jobOf('insert', '--file', 'job.csv', '--sobject', 'Account', '--results-dir', 'loads');
}

async function asyncLoad(): Promise<string> {
  await writeFile(bench.file('job.csv'), `Name\nAsync ${Date.now()}\n`);
  return jobOf('insert', '--file', 'job.csv', '--sobject', 'Account', '--async', '--results-dir', 'async');
}

async function failedLoad(): Promise<string> {
  await writeFile(bench.file('job.csv'), `Name\n${'x'.repeat(300)}\n`);
  const args = ['--file', 'job.csv', '--sobject', 'Account', '--no-preflight', '--results-dir', 'failed'];
  const jobId = await jobOf('insert', ...args);
  const failed = readFileSync(bench.file(`failed/${jobId}-failed-records.csv`));
  await writeFile(bench.file('fixed.csv'), failed);
  return jobId;
}

async function jobOf(...args: string[]): Promise<string> {
  const { answer, stderr } = await bench.runJson<{ result?: { jobId: string }; data?: { jobId: string } }>(
    ...args,
  );
  const jobId = answer.result?.jobId ?? answer.data?.jobId;
  if (jobId === undefined) throw new Error(JSON.stringify(answer) + stderr);
  return jobId;
}

async function interruptedChange(): Promise<string> {
  bench.org.database.load('Account', [{ Name: 'A', Industry: 'Energy' }]);
  const change = ['--query', 'SELECT Id FROM Account', '--set', 'Name=New', '--no-allow-bulk'];
  const line = ['update', ...change, '--no-prompt', '--if-interrupted', 'new'];
  await interruptedAt(bench, 'collections.update', line);
  const runs = await runStore(bench.file('home/.sf/bulk2')).list();
  const run = runs.find(({ records }) => records[0]?.type === 'change' && !isFinished(records));
  return run?.runId ?? '';
}

/** Runs `sf …`: in a process that runs several where no shell is needed to read the line. */
async function run(line: string): Promise<{ code: number | null; output: string }> {
  const words = wordsOfPlainLine(line);
  if (words === undefined) return shell(`sf ${line}`);
  const { code, stdout, stderr } = await bench.run(...words.slice(1));
  return { code, output: stdout + stderr };
}

async function shell(line: string): Promise<{ code: number | null; output: string }> {
  const env = { ...bench.env, PATH: `${bench.file('bin')}:${process.env.PATH}` };
  const child = spawn('bash', ['-o', 'pipefail', '-c', line], { cwd: bench.folder, env });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, output: stdout + stderr };
}
