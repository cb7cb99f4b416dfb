import { TextDecoder } from 'node:util';

import { UsageError } from '../errors.js';
import { decoderName, highHalfOf } from './encoding-names.js';

/** Whether bytes in the encoding of this name are UTF-8 already. @throws UsageError for an unknown name */
export function isUtf8Name(name: string): boolean {
  return highHalfOf(decoderName(name)) === undefined && createDecoder(name).encoding === 'utf-8';
}

/**
 * Turns text of another encoding into UTF-8, without a byte order mark. `encoding` is any name the WHATWG Encoding
 * Standard knows (`utf-16le`, `windows-1252`, `shift_jis`), `latin1`, `ansi`, or a code page (`cp932`, `cp850`).
 *
 * @throws UsageError for an unknown name, or when the bytes are not text in that encoding.
 */
export async function* transcodeToUtf8(
  input: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<Buffer, void, undefined> {
  const highHalf = highHalfOf(decoderName(encoding));
  if (highHalf !== undefined) {
    for await (const chunk of input) yield oneByteToUtf8(chunk, highHalf);
    return;
  }
  let decoder: TextDecoder | undefined;
  for await (const chunk of input) {
    decoder ??= createDecoder(byteOrderSaid(encoding, chunk));
    yield Buffer.from(decode(decoder, chunk));
  }
  if (decoder !== undefined) yield Buffer.from(decode(decoder));
}

/** `utf-16` alone leaves the order of the bytes to the mark in front of the text. */
function byteOrderSaid(encoding: string, start: Uint8Array): string {
  const isBigEndian = start[0] === 0xfe && start[1] === 0xff;
  return encoding.toLowerCase() === 'utf-16' && isBigEndian ? 'utf-16be' : encoding;
}

function oneByteToUtf8(bytes: Uint8Array, highHalf: string): Buffer {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return Buffer.from(
    latin1.replace(/[\u0080-\u00ff]/g, (char) => highHalf.charAt(char.charCodeAt(0) - 0x80)),
  );
}

function createDecoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(decoderName(encoding), { fatal: true });
  } catch (cause) {
    throw new UsageError(`The encoding "${encoding}" is not known.`, {
      actions: ['Use a name such as utf-8, utf-16le, windows-1252, shift_jis (cp932), gb18030 or cp850.'],
      cause,
    });
  }
}

function decode(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch (cause) {
    throw new UsageError(`The input is not text in ${decoder.encoding}.`, {
      actions: ['Give the encoding that the file was saved in, or save it as UTF-8.'],
      cause,
    });
  }
}
