import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const script = join(import.meta.dirname, 'command-host.mjs');
const ownRoot = join(import.meta.dirname, '..', '..');

/** How a command ended; without a code when a signal ended it. */
export type Outcome = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type HostOptions = {
  /** Of the oclif CLI whose commands they are; by default of the one that is built here. */
  readonly root?: string;
  /** A folder that it removes when this process is gone. */
  readonly removes?: string;
};

/** A process that runs one command after another, in one folder and one environment. */
export class CommandHost {
  readonly #env: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(env: NodeJS.ProcessEnv, folder: string, { root = ownRoot, removes }: HostOptions = {}) {
    this.#env = env;
    this.#folder = folder;
    this.#args = removes === undefined ? [root] : [root, removes];
  }

  get isRunning(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when the commands so far have ended. */
  async idle(): Promise<void> {
    await this.#last;
  }

  run(args: readonly string[]): Promise<Outcome> {
    const outcome = this.#last.then(() => this.#runNow(args));
    this.#last = outcome.catch(() => undefined);
    return outcome;
  }

  async stop(): Promise<void> {
    await this.#last;
    const child = this.#child;
    if (child?.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async #runNow(args: readonly string[]): Promise<Outcome> {
    const child = (this.#child ??= this.#start());
    const mark = `\0${randomUUID()}\0`;
    const answer = once(child, 'message') as Promise<Array<{ code: number }>>;
    const output = Promise.all([textUntil(mark, child.stdout), textUntil(mark, child.stderr)]);
    child.send({ args, mark });
    const gone = once(child, 'exit').then(() => {
      this.#child = undefined;
      throw new Error(`The process that runs commands ended while it ran ${args.join(' ')}.`);
    });
    const [[message], [stdout, stderr]] = await Promise.race([Promise.all([answer, output]), gone]);
    return { code: message?.code ?? null, stdout, stderr };
  }

  #start(): ChildProcess {
    const options = { env: this.#env, cwd: this.#folder, silent: true, execArgv: [] };
    const child = fork(script, this.#args, options).setMaxListeners(0);
    child.stdout?.setEncoding('utf8');
    child.stderr?.setEncoding('utf8');
    return child;
  }
}

function textUntil(mark: string, stream: Readable | null): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const take = (chunk: string): void => {
      text += chunk;
      const end = text.indexOf(mark);
      if (end === -1) return;
      stream?.off('data', take);
      resolve(text.slice(0, end));
    };
    stream?.on('data', take);
  });
}
