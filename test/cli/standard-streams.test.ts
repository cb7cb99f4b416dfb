import { spawn, spawnSync, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createReadStream, openSync } from 'node:fs';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { openBench, type Bench } from '../support/bulk2.ts';
import { needing } from '../support/systems.ts';

const script = join(import.meta.dirname, '..', '..', 'bin', 'run.js');
const soql = 'SELECT Id, Name FROM Account';
const insert = ['insert', '--file', 'a.csv', '--sobject', 'Account'];
const csv = 'Name\nAda\nBob\nCyd\n';

async function loadedBench(): Promise<Bench> {
  const bench = await openBench();
  await writeFile(bench.file('a.csv'), csv);
  return bench;
}

/** A file that nothing can be added to in a process that `startFull` starts: it is longer than files may be there. */
async function fullFile(bench: Bench): Promise<{ fd: number; content: () => Promise<string> } & Disposable> {
  const path = bench.file('full');
  const bytes = 30_000_000;
  await writeFile(path, '');
  await truncate(path, bytes);
  const fd = openSync(path, 'a');
  return {
    fd,
    content: () => text(createReadStream(path, { start: bytes })),
    [Symbol.dispose]: () => closeSync(fd),
  };
}

async function startFull(bench: Bench, args: readonly string[], stdio: StdioOptions) {
  const limited = ['-c', 'ulimit -f 20000; exec "$0" "$@"', process.execPath, script, 'bulk2', ...args];
  const child = spawn('sh', limited, { env: bench.env, cwd: bench.folder, stdio });
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}

async function locksOf(bench: Bench): Promise<string[]> {
  const names = await readdir(bench.file('home/.sf/bulk2/runs')).catch(() => []);
  return names.filter((name) => name.includes('.lock'));
}

needing('a POSIX shell')('help whose reader has had enough ends as any other', () => {
  const piped = 'set -o pipefail; "$0" "$1" bulk2 upsert --help | head -n 1';
  const { status, stdout, stderr } = spawnSync('bash', ['-c', piped, process.execPath, script]);
  expect([status, String(stderr)]).toEqual([0, '']);
  expect(String(stdout)).toMatch(/^Upsert records/);
});

test('a load whose stderr is closed ends as any other', async () => {
  await using bench = await loadedBench();
  const hold = await bench.org.faults.add({
    endpoint: 'ingest.upload',
    action: { kind: 'hold', when: 'before' },
  });
  const { child, ended } = bench.start(...insert);
  await hold.hit();
  child.stderr?.destroy();
  // Each is told on stderr.
  await bench.org.faults.add({
    endpoint: 'ingest.info',
    count: 2,
    action: { kind: 'answer', status: 503 },
  });
  await hold.release();
  const { code, stdout } = await ended;
  expect(code, stdout).toBe(0);
  expect(stdout).toContain('3 rows succeeded');
  expect(await bench.org.records('Account')).toHaveLength(3);
  expect(await locksOf(bench)).toEqual([]);
});

needing('a POSIX shell')('a load whose stderr is full ends as any other', async () => {
  await using bench = await loadedBench();
  using full = await fullFile(bench);
  const { code, stdout } = await startFull(bench, insert, ['ignore', 'pipe', full.fd]);
  expect(code, stdout).toBe(0);
  expect(stdout).toContain('3 rows succeeded');
  expect(await locksOf(bench)).toEqual([]);
});

needing('a POSIX shell')('an export to a file whose stderr is full ends as any other', async () => {
  await using bench = await loadedBench();
  using full = await fullFile(bench);
  const args = ['query', '--query', soql, '--output-file', 'out.csv'];
  const { code } = await startFull(bench, args, ['ignore', 'pipe', full.fd]);
  expect(code).toBe(0);
  expect(await readFile(bench.file('out.csv'), 'utf8')).toContain('Id');
  expect(await locksOf(bench)).toEqual([]);
});

needing('a POSIX shell').each([
  ['a load', insert],
  ['a load with --json', [...insert, '--json']],
  ['an export', ['query', '--query', soql]],
  ['an export with --json', ['query', '--query', soql, '--json']],
  ['a list with --json', ['job', 'list', '--json']],
])('%s whose stdout is full ends with exit code 1 and one line that says why', async (_, args) => {
  await using bench = await loadedBench();
  using full = await fullFile(bench);
  const { code, stderr } = await startFull(bench, args, ['ignore', full.fd, 'pipe']);
  expect(code, stderr).toBe(1);
  expect(stderr).toMatch(/EFBIG/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr.split('\n').filter((line) => line.includes('EFBIG'))).toHaveLength(1);
  expect(await full.content()).toBe('');
  expect(await locksOf(bench)).toEqual([]);
});

test.each([
  ['a list with --json', ['job', 'list', '--json']],
  ['an export', ['query', '--query', soql]],
])('%s whose stdout is closed ends quietly', async (_, args) => {
  await using bench = await openBench();
  const hold = await bench.org.faults.add({ endpoint: '*', action: { kind: 'hold', when: 'before' } });
  const { child, ended } = bench.start(...args);
  await hold.hit();
  child.stdout?.destroy();
  await hold.release();
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(0);
  expect(stderr).toBe('');
});

needing('a POSIX shell')('an error with --json whose stdout is full keeps its exit code', async () => {
  await using bench = await loadedBench();
  using full = await fullFile(bench);
  const args = ['insert', '--file', 'none.csv', '--sobject', 'Account', '--json'];
  const { code, stderr } = await startFull(bench, args, ['ignore', full.fd, 'pipe']);
  expect(code, stderr).toBe(2);
  expect(stderr).toContain('none.csv');
});

const terminal = join(import.meta.dirname, '..', 'support', 'on-terminal.py');
const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;

test.skipIf(!hasPython)(
  'a load whose terminal is gone stops, and can be resumed',
  async () => {
    await using bench = await loadedBench();
    const hold = await bench.org.faults.add({
      endpoint: 'ingest.upload',
      action: { kind: 'hold', when: 'before' },
    });
    const child = spawn('python3', [terminal, process.execPath, script, 'bulk2', ...insert], {
      env: { ...bench.env, CI: undefined },
      cwd: bench.folder,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let code = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (code += text));
    const ended = once(child, 'close');
    await hold.hit();
    // What holds the terminal lets go of it when its input ends.
    child.stdin.end();
    await ended;
    await hold.remove();
    expect(code.trim()).toBe('130');
    expect(await locksOf(bench)).toEqual([]);
    const resumed = await bench.run('job', 'resume', '--use-most-recent');
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(await bench.org.records('Account')).toHaveLength(3);
  },
  90_000,
);
