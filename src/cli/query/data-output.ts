import { createWriteStream, fstatSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { withoutSecrets } from '../../lib/secrets.js';
import { visible } from '../shown.js';

const stdoutFd = 1;

/**
 * Standard output for records. Node writes to one that is a file or a device without looking at how much was taken,
 * so that a disk that fills up would cut the records silently; a file stream looks.
 */
export function dataOutput(): Writable {
  if (process.stdout.isTTY) return visibleOutput(process.stdout);
  return isWrittenBlindly() ? createWriteStream('', { fd: stdoutFd, autoClose: false }) : process.stdout;
}

/** Text on its way to a terminal. It may come cut anywhere, within a character or a line ending too. */
export function visibleOutput(terminal: Writable): Writable {
  const decoder = new StringDecoder('utf8');
  let held = '';
  const output = new Writable({
    write(chunk: Buffer, _, done) {
      const text = held + decoder.write(chunk);
      held = text.endsWith('\r') ? '\r' : '';
      terminal.write(visible(text.slice(0, text.length - held.length)), done);
    },
    final(done) {
      terminal.write(visible(held + decoder.end()), done);
    },
  });
  terminal.on('error', (error) => output.destroy(error));
  return output;
}

/** Writes the last text before the process ends, after everything else has been passed on. */
export function writeLast(text: string): void {
  const clean = withoutSecrets(text);
  if (!isWrittenBlindly()) {
    process.stdout.write(process.stdout.isTTY ? visible(clean) : clean);
    return;
  }
  const bytes = Buffer.from(clean);
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
