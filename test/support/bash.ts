import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Outcome } from '../host/command-host.ts';
import type { Bench } from './bulk2.ts';

const script = join(import.meta.dirname, '..', '..', 'bin', 'run.js');

/** Runs a line of bash in which `sf` is the command. */
export async function bash(bench: Bench, line: string): Promise<Outcome> {
  const child = spawn('bash', ['-c', `sf() { "$NODE" "$SCRIPT" "$@"; }; ${line}`], {
    env: { ...bench.env, NODE: process.execPath, SCRIPT: script },
    cwd: bench.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}
