import { createWriteStream, fstatSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

const stdoutFd = 1;

/**
 * Standard output for records. Node writes to one that is a file or a device without looking at how much was taken,
 * so that a disk that fills up would cut the records silently; a file stream looks.
 */
export function dataOutput(): Writable {
  return isWrittenBlindly() ? createWriteStream('', { fd: stdoutFd, autoClose: false }) : process.stdout;
}

/** Writes the last text before the process ends, after everything else has been passed on. */
export function writeLast(text: string): void {
  if (!isWrittenBlindly()) {
    process.stdout.write(text);
    return;
  }
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(stdoutFd, bytes, at);
}

function isWrittenBlindly(): boolean {
  if (process.stdout.isTTY) return false;
  try {
    const kind = fstatSync(stdoutFd);
    return !kind.isFIFO() && !kind.isSocket();
  } catch {
    return false;
  }
}
