import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { startOrg, type Org } from '../../local-org/index.ts';
import { CommandHost, type Outcome } from '../host/command-host.ts';
import { foreignIngestJob } from '../support/foreign-job.ts';
import { commands, hostileHome, wrongInOutcome, type HostileHome } from './hostile/commands.ts';
import { hostileOrg } from './hostile/hostile-org.ts';
import { anyTwist } from './hostile/twists.ts';

const script = join(import.meta.dirname, '..', '..', 'bin', 'run.js');

async function orgWithAccounts(): Promise<Org> {
  const org = await startOrg({ queryPageRows: 4, queryDelayMs: 0 });
  onTestFinished(() => org.stop());
  org.database.load(
    'Account',
    Array.from({ length: 9 }, (_, index) => ({ Name: `A${index}` })),
  );
  return org;
}

test('whatever an org answers, a command ends with an exit code of the table, and JSON that has it', async () => {
  const org = await orgWithAccounts();
  const jobId = await foreignIngestJob(org, 'Name\nAda\n');
  await using hostile = await hostileOrg(org);
  await using home = await hostileHome(org, hostile.url);
  const host = new CommandHost(home.env, home.folder);
  onTestFinished(() => host.stop());
  const twists = fc.array(fc.tuple(fc.nat({ max: 8 }), anyTwist), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...commands), twists, async (args, plan) => {
      hostile.follow(new Map(plan));
      const named = args.map((arg) => (arg === 'JOB' ? jobId : arg));
      const outcome = await host.run(['bulk2', ...named, '--json']);
      expect(await wrongInOutcome(outcome, home, org.accessToken)).toEqual([]);
    }),
    { numRuns: 10, endOnFailure: true },
  );
}, 240_000);

/** Runs a command in a process of its own. @returns how it ended, and the most memory that it had, in bytes */
async function measured(
  { env, folder }: HostileHome,
  args: readonly string[],
): Promise<Outcome & { readonly peakBytes: number }> {
  const child = spawn(process.execPath, [script, 'bulk2', ...args, '--json'], {
    env,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const closed = once(child, 'close') as Promise<[number | null]>;
  let peakBytes = 0;
  const stop = new AbortController();
  const watch = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const status = await readFile(`/proc/${child.pid ?? 0}/status`, 'utf8').catch(() => '');
      peakBytes = Math.max(peakBytes, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024);
      await sleep(20);
    }
  };
  const watching = watch();
  const [code] = await closed;
  stop.abort();
  await watching;
  return { code, ...output, peakBytes };
}

const zipped = { 'content-encoding': 'gzip' };
const manyObjects = Buffer.from(`[${'{"a":1},'.repeat(490_000)}{}]`);
const longTexts = Buffer.from(JSON.stringify(Array.from({ length: 1_900 }, () => `${'x'.repeat(7_999)}東`)));

/** Memory is told by /proc. */
test.skipIf(process.platform !== 'linux').each([
  ['blanks without an end', {}, () => Readable.from(endless(Buffer.alloc(256 * 1024, ' ')))],
  ['a gzip bomb', zipped, () => Readable.from(endless(gzipSync(Buffer.alloc(1024 * 1024, ' '))))],
  ['as many values as are read', {}, () => Readable.from([manyObjects])],
  ['as many characters as are read', {}, () => Readable.from([longTexts])],
])(
  '%s take less than 300 MB, and end with an exit code and JSON',
  async (_, headers, body) => {
    const org = await orgWithAccounts();
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(200, headers);
      pipeline(body(), response, () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await using home = await hostileHome(org, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const { peakBytes, ...outcome } = await measured(home, commands[0] ?? []);
    expect(await wrongInOutcome(outcome, home, org.accessToken)).toEqual([]);
    expect(outcome.code).not.toBe(0);
    expect(peakBytes / 1e6).toBeLessThan(300);
  },
  120_000,
);

function* endless(chunk: Buffer): Generator<Buffer> {
  // 600 MB, or 600 GB once it is unpacked.
  for (let bytes = 0; bytes < 600e6; bytes += chunk.length) yield chunk;
}
