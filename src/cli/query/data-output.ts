import { createWriteStream } from 'node:fs';
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { withoutSecrets } from '../../lib/secrets.js';
import { visible } from '../shown.js';
import { isStdoutFile } from '../standard-streams.js';

/**
 * Standard output for records. To one that is a file or a device Node writes while everything else waits; a file stream
 * does not, and fails where a disk takes no more.
 */
export function dataOutput(): Writable {
  if (process.stdout.isTTY) return visibleOutput(process.stdout);
  return isStdoutFile() ? createWriteStream('', { fd: 1, autoClose: false }) : process.stdout;
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

/** Writes the last of a JSON document before the process ends, after everything else has been passed on. */
export function writeLast(text: string): void {
  process.stdout.write(visible(withoutSecrets(text)));
}
