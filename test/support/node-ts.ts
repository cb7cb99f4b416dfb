import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

const hooks = fileURLToPath(new URL('ts-specifiers.ts', import.meta.url));

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
