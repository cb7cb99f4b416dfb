import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** As an address: on Windows a path is taken for one. */
const hooks = new URL('ts-specifiers.ts', import.meta.url).href;

export type NodeRun = {
  readonly child: ChildProcess;
  /** All of standard output, once the process has ended. */
  readonly output: Promise<string>;
};

/** Runs a program that is TypeScript in a process of its own, killed when the test has finished. */
export function nodeTs(program: URL, ...args: string[]): NodeRun {
  const child = spawn(process.execPath, ['--import', hooks, fileURLToPath(program), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, output: text(child.stdout) };
}
