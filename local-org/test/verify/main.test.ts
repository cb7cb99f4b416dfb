import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loginTo, type LoginEnv } from '../../login.ts';
import { startOrg, type Org } from '../../start.ts';

let home: string;
let org: Org;
let login: LoginEnv;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'local-org-verify-'));
  org = await startOrg({ tls: true });
  login = await loginTo(org, home);
});
afterAll(async () => {
  await org.stop();
  await rm(home, { recursive: true });
});

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs `npm run verify:org -- …` without npm; `during` is given what stops it. */
async function run(
  args: readonly string[],
  during?: (interrupt: () => void) => Promise<void>,
): Promise<Ended> {
  const main = join(import.meta.dirname, '..', '..', 'verify', 'main.ts');
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...login },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const closed = once(child, 'close');
  await during?.(() => void child.kill('SIGINT'));
  const [code] = (await closed) as [number | null];
  const [stdout, stderr] = await output;
  return { code, stdout, stderr };
}

describe('npm run verify:org', () => {
  it('prints a table of an org that sf knows, and ends with 0 where nothing differs', async () => {
    const { code, stdout, stderr } = await run(['--target-org', 'local', '--only', 'open job']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('Removing what was made') as string,
    });
    expect(stdout).toMatch(
      /^Developer Edition 00D\w{15}, API version 67\.0, [\d-]+: 4 facts, 4 the same, 0 different, 0 not asked\. \d+ requests\.\n\n\| Fact/,
    );
  });

  it('ends with 1 where an org differs', async () => {
    await using other = await startOrg({ quirks: { deleteOpenJob: 'deleted' } });
    await loginTo(other, home, { alias: 'other' });
    const { code, stdout } = await run(['-o', 'other', '--only', 'deleting an open job']);
    await loginTo(org, home);
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('| **no** |') as string });
  });

  it.each([
    ['no org is named', [], 'Name an org'],
    ['the org is not known', ['-o', 'nobody'], 'nobody'],
    ['a flag is not known', ['--nope'], '--nope'],
  ])('ends with 2 where %s', async (_, args, message) => {
    const { code, stderr } = await run(args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) as string });
  });

  it('refuses a production org by name, with 2', async () => {
    const production = { Name: 'Acme', IsSandbox: false, OrganizationType: 'Enterprise Edition' };
    const body = JSON.stringify({ totalSize: 1, done: true, records: [production] });
    const answer = { kind: 'answer', status: 200, body } as const;
    const fault = await org.faults.add({ endpoint: 'rest.query', action: answer });
    const { code, stderr } = await run(['-o', 'local']);
    await fault.remove();
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('"Acme"') as string,
    });
  });

  it.skipIf(process.platform === 'win32')(
    'removes what it made after Ctrl-C, and ends with 130',
    async () => {
      const hold = await org.faults.add({
        endpoint: 'ingest.process',
        action: { kind: 'hold', when: 'before' },
      });
      const { code, stdout } = await run(['-o', 'local', '--only', 'checkbox'], async (interrupt) => {
        await hold.hit();
        interrupt();
      });
      await hold.remove();
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
      expect(await org.records('Product2')).toEqual([]);
      expect((await org.jobs()).filter(({ deleted }) => !deleted)).toEqual([]);
    },
  );
});
