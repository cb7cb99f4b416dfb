import { fstatSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

const stdoutFd = 1;
const stderrFd = 2;

let isGuarded = false;
let outputLoss: Error | undefined;

/**
 * Keeps a command at work whose standard streams are closed, full, or gone with their terminal: what it says there is
 * not worth its work. A disk that takes no more of standard output is an error all the same, which `takeOutputLoss`
 * tells at the end; a reader who has left is none.
 */
export function outliveStreams(): void {
  // oclif throws such errors out of its listener, past everything that would clean up.
  process.stdout.removeAllListeners('error');
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => swallow(stream));
  if (isGuarded) return;
  isGuarded = true;
  if (isFileOutput(stdoutFd)) writeWhole(process.stdout, stdoutFd, (error) => (outputLoss ??= error));
  if (isFileOutput(stderrFd)) writeWhole(process.stderr, stderrFd, () => undefined);
  // A file that may grow no more (`ulimit -f`) is to fail as a full disk does, where others have asked for the signal.
  process.on('SIGXFSZ', () => undefined);
}

/** Nobody takes what is written from now on. oclif waits at the end for what was written before to drain. */
function swallow(stream: Writable): void {
  stream._write = (_chunk, _encoding, done) => done();
  stream._writev = (_chunks, done) => done();
  stream.emit('drain');
}

/** @returns why standard output is not whole, once */
export function takeOutputLoss(): Error | undefined {
  const loss = outputLoss;
  outputLoss = undefined;
  return loss;
}

/** Whether standard output is a file or a device: no terminal, pipe or socket. */
export function isStdoutFile(): boolean {
  return isFileOutput(stdoutFd);
}

function isFileOutput(fd: number): boolean {
  const stream = fd === stdoutFd ? process.stdout : process.stderr;
  if (stream.isTTY) return false;
  try {
    const kind = fstatSync(fd);
    return !kind.isFIFO() && !kind.isSocket();
  } catch {
    return false;
  }
}

/** Node writes to files without looking at how much was taken, and throws out of `write` when it was nothing. */
function writeWhole(stream: Writable, fd: number, onError: (error: Error) => void): void {
  stream._write = (chunk: Buffer, _, done) => {
    try {
      for (let at = 0; at < chunk.length;) at += writeSync(fd, chunk, at);
    } catch (error) {
      onError(error as Error);
    }
    done();
  };
}
