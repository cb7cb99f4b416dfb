import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LoginOptions, Org, OrgOptions } from '../../local-org/index.ts';
import type { Outcome } from '../host/command-host.ts';
import { borrowHome, openHome, type CommandHome } from './command-home.ts';

const script = join(import.meta.dirname, '..', '..', 'bin', 'run.js');

/** A local org, a folder to work in, and the built command line, logged in to it as `local` and as `my-org`. */
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

export type BenchOptions = LoginOptions & {
  /** Each command in a process of its own. */
  readonly ownProcesses?: boolean;
  /** Commands in a process that has run none of another bench. Always with a login that differs. */
  readonly ownHost?: boolean;
};

export async function openBench(
  options: OrgOptions = {},
  { ownProcesses = false, ownHost = false, ...login }: BenchOptions = {},
): Promise<Bench> {
  const isOwn = ownProcesses || ownHost || Object.keys(login).length > 0;
  return benchIn(await (isOwn ? openHome(options, login) : borrowHome(options)), ownProcesses);
}

/** With a login to a second org too, from which the first gets copies. It closes when the test has finished. */
export async function openBenchOfTwo(
  ofTarget: OrgOptions = {},
  ofSource: OrgOptions = {},
): Promise<{ readonly bench: Bench; readonly source: Org }> {
  const home = await borrowHome(ofTarget, ofSource);
  onTestFinished(home.close);
  return { bench: benchIn(home), source: home.source! };
}

function benchIn({ org, folder, env, host, close }: CommandHome, ownProcesses = false): Bench {
  const start = (...args: string[]) => startCommand(['bulk2', ...args], env, folder);
  const run = (...args: string[]): Promise<Outcome> =>
    ownProcesses ? start(...args).ended : host.run(['bulk2', ...args]);
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
    [Symbol.asyncDispose]: close,
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
