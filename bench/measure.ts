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

export type Measured = Usage & {
  readonly wallMs: number;
  /** Absent where nobody counts them. */
  readonly requests?: number;
};

/** What the Node processes of a command have used; nothing for programs that are not Node. */
type Usage = {
  /** Of user and system, on all threads of all processes. */
  readonly cpuMs: number;
  /** Peak resident memory of the largest process. */
  readonly peakBytes: number;
};

const preload = pathToFileURL(join(import.meta.dirname, 'usage.mjs')).href;

/**
 * Runs a command to its end and measures it from outside.
 * @throws Error it ended with another code than it should, with what it printed
 */
export async function measure(command: Command): Promise<Measured> {
  const usageFile = join(command.folder, 'usage');
  await rm(usageFile, { force: true });
  await settle();
  const startedMs = performance.now();
  const { code, text } = await run(command, {
    ...command.env,
    BENCH_USAGE_FILE: usageFile,
    NODE_OPTIONS: `--import=${preload}`,
  });
  const wallMs = performance.now() - startedMs;
  if (!(command.codes ?? [0]).includes(code ?? -1)) {
    throw new Error(`${command.program} ${command.args.join(' ')} ended with ${code}:\n${text.slice(-2000)}`);
  }
  return { wallMs, ...(await readUsage(usageFile)) };
}

async function readUsage(file: string): Promise<Usage> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  const processes = lines.map((line) => JSON.parse(line) as Usage);
  return {
    cpuMs: processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    peakBytes: Math.max(0, ...processes.map(({ peakBytes }) => peakBytes)),
  };
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

export const wallMs = (run: Measured): number => run.wallMs;
export const cpuMs = (run: Measured): number => run.cpuMs;
export const peakBytes = (run: Measured): number => run.peakBytes;
export const requests = (run: Measured): number => run.requests ?? Number.NaN;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
