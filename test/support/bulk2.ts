import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOrg, type Org } from '../org/start.ts';
import { loginTo, type LoginOptions } from '../org/login.ts';
import type { OrgOptions } from '../org/options.ts';
import { CommandHost } from './command-host.ts';

const script = join(import.meta.dirname, '..', '..', 'bin', 'run.js');

export type Outcome = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** A local org, a folder to work in, and the built command line, logged in to it. */
export type Bench = {
  readonly org: Org;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs `sf bulk2 …` to its end, several in one process unless asked otherwise. */
  readonly run: (...args: string[]) => Promise<Outcome>;
  /** Runs `sf bulk2 … --json` to its end. */
  readonly runJson: <T>(...args: string[]) => Promise<{ code: number | null; answer: T; stderr: string }>;
  /** Starts `sf bulk2 …`, to be signalled or killed. */
  readonly start: (...args: string[]) => { child: ChildProcess; ended: Promise<Outcome> };
  readonly file: (name: string) => string;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

export async function openBench(
  options: OrgOptions = {},
  login: LoginOptions & { readonly ownProcesses?: boolean } = {},
): Promise<Bench> {
  const org = await startOrg(options);
  const folder = await mkdtemp(join(tmpdir(), 'bulk2-'));
  const env = {
    ...process.env,
    ...(await loginTo(org, join(folder, 'home'), login)),
    CI: 'true',
    // Many commands are started, and most of the time of each goes into loading the same modules.
    NODE_COMPILE_CACHE: join(tmpdir(), 'bulk2-compile-cache'),
  };
  const start = (...args: string[]) => startCommand(['bulk2', ...args], env, folder);
  const host = new CommandHost(env, folder);
  const run = (...args: string[]): Promise<Outcome> =>
    login.ownProcesses === true ? start(...args).ended : host.run(['bulk2', ...args]);
  return {
    org,
    folder,
    env,
    run,
    start,
    async runJson<T>(...args: string[]) {
      const { code, stdout, stderr } = await run(...args, '--json');
      return { code, answer: JSON.parse(stdout) as T, stderr };
    },
    file: (name) => join(folder, name),
    async [Symbol.asyncDispose]() {
      await host.stop();
      await org.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function startCommand(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string) {
  const child = spawn(process.execPath, [script, ...args], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<Outcome>((resolve, reject) => {
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output }));
  });
  return { child, ended };
}
