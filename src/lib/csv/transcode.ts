import { TextDecoder } from 'node:util';

import { UsageError } from '../errors.js';

/** What Windows-1252 puts at 0x80 to 0x9F, where Latin-1 has control characters nobody writes. */
const windows1252High = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Names people use for Windows-1252. Latin-1 is read as its superset, as browsers do (WHATWG Encoding Standard). */
const windows1252Names = new Set([
  ...[
    'windows-1252',
    'windows1252',
    'cp1252',
    'cp-1252',
    'ansi',
    'latin1',
    'latin-1',
    'iso-8859-1',
    'iso8859-1',
  ],
]);

/** Whether bytes in the encoding of this name are UTF-8 already. @throws UsageError for an unknown name */
export function isUtf8Name(name: string): boolean {
  return !windows1252Names.has(name.toLowerCase()) && createDecoder(name).encoding === 'utf-8';
}

/**
 * Turns text of another encoding into UTF-8, without a byte order mark. `encoding` is any name the WHATWG Encoding
 * Standard knows (`utf-16le`, `windows-1252`, `shift_jis`), or `latin1`, `cp1252`, `ansi`.
 *
 * @throws UsageError for an unknown name, or when the bytes are not text in that encoding.
 */
export async function* transcodeToUtf8(
  input: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<Buffer, void, undefined> {
  if (windows1252Names.has(encoding.toLowerCase())) {
    for await (const chunk of input) yield windows1252ToUtf8(chunk);
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

/** Done here because the TextDecoder of some Node releases takes the name and decodes Latin-1. */
function windows1252ToUtf8(bytes: Uint8Array): Buffer {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return Buffer.from(
    latin1.replace(/[\u0080-\u009f]/g, (char) => windows1252High.charAt(char.charCodeAt(0) - 0x80)),
  );
}

/** The character that a byte stands for in Windows-1252. */
export function windows1252Character(byte: number): string {
  return windows1252ToUtf8(Uint8Array.of(byte)).toString();
}

function createDecoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (cause) {
    throw new UsageError(`The encoding "${encoding}" is not known.`, {
      actions: ['Use a name such as utf-8, utf-16le, utf-16be, windows-1252 or shift_jis.'],
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
