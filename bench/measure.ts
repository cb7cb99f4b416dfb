import { execFile, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** A command line, and where its output goes. */
export type Command = {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  /** File for standard output; thrown away otherwise. */
  readonly stdoutFile?: string;
  /** Exit codes that count as done. Default: 0 alone. */
  readonly codes?: readonly number[];
};

export type Measured = {
  readonly wallMs: number;
  /** Peak resident memory of the largest Node process in bytes; 0 for programs that are not Node. */
  readonly peakBytes: number;
};

const preload = pathToFileURL(join(import.meta.dirname, 'peak-memory.mjs')).href;

/**
 * Runs a command to its end and measures it from outside.
 * @throws Error it ended with another code than it should, with what it printed
 */
export async function measure(command: Command): Promise<Measured> {
  const peakFile = join(command.folder, 'peak-memory');
  await rm(peakFile, { force: true });
  await settle();
  const startedMs = performance.now();
  const { code, text } = await run(command, {
    ...command.env,
    BENCH_PEAK_FILE: peakFile,
    NODE_OPTIONS: `--import=${preload}`,
  });
  const wallMs = performance.now() - startedMs;
  if (!(command.codes ?? [0]).includes(code ?? -1)) {
    throw new Error(`${command.program} ${command.args.join(' ')} ended with ${code}:\n${text.slice(-2000)}`);
  }
  const peaks = await readFile(peakFile, 'utf8').catch(() => '');
  return { wallMs, peakBytes: Math.max(0, ...peaks.split('\n').map(Number)) * 1024 };
}

/** What one command has left to be written to disk would be written while the next one is measured. */
async function settle(): Promise<void> {
  // Windows has no such program, and no other way.
  await promisify(execFile)('sync').catch(() => undefined);
}

function run(command: Command, env: NodeJS.ProcessEnv): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const { program, args, folder: cwd, stdoutFile } = command;
    const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const keepEnd = (chunk: Buffer): void => {
      text = `${text}${chunk.toString()}`.slice(-4000);
    };
    child.stderr.on('data', keepEnd);
    if (stdoutFile === undefined) child.stdout.on('data', keepEnd);
    else child.stdout.pipe(createWriteStream(stdoutFile));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
