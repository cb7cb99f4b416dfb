import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { detectEncoding, type DetectedEncoding, firstInvalidUtf8 } from '../csv/encoding.js';
import { windows1252Character } from '../csv/encoding-names.js';
import { InputError, UsageError } from '../errors.js';
import { inputKind, inputRefusal, openInputStream } from './input-stream.js';

/** Far more than a query or a mapping takes; what is longer is another file. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Reads a small file that a person wrote, such as a query or a mapping, in UTF-8 or UTF-16 with or without a byte order
 * mark: editors and shells on Windows write all of these.
 *
 * A FIFO, a process substitution and standard input are read as files are.
 *
 * @param signal ends the wait for what a FIFO gives
 * @throws UsageError the file can't be read, or has more than 16 MB
 * @throws InputError it is no text in one of these encodings
 */
export async function readTextFile(path: string, signal?: AbortSignal): Promise<string> {
  const bytes = await readBytes(resolve(path), signal).catch((cause: unknown) => {
    signal?.throwIfAborted();
    if (cause instanceof UsageError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`There is no file ${path}.`, { cause });
    throw new UsageError(`The file ${path} can't be read.`, { cause });
  });
  return decodeText(bytes, path);
}

async function readBytes(path: string, signal: AbortSignal | undefined): Promise<Buffer> {
  const kind = await inputKind(path);
  const refusal = inputRefusal(kind);
  if (refusal !== undefined) throw new UsageError(`The file ${path} can't be read. ${refusal}`);
  const stream = kind === 'stream' ? await openInputStream(path, signal) : createReadStream(path, { signal });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > mostBytes) throw new UsageError(`The file ${path} has more than 16 MB.`);
  }
  return Buffer.concat(chunks);
}

/** Decodes the bytes of such a file. @throws InputError they are no text in UTF-8 or UTF-16 */
export function decodeText(bytes: Buffer, file: string): string {
  const { encoding, bomBytes } = detectEncoding(bytes);
  const content = bytes.subarray(bomBytes);
  const wide = encoding === 'utf-8' ? encodingByNuls(content) : encoding;
  return wide === 'utf-8' ? decodeUtf8(content, file) : decodeUtf16(content, { file, encoding: wide });
}

/**
 * UTF-16 has a NUL beside each ASCII character, always on the same side, and no other text has any. So a file is told
 * from it that does not begin with an ASCII line.
 */
function encodingByNuls(bytes: Buffer): DetectedEncoding {
  const found = { even: 0, odd: 0 };
  for (let at = bytes.indexOf(0); at !== -1; at = bytes.indexOf(0, at + 1))
    found[at % 2 === 0 ? 'even' : 'odd'] += 1;
  if (found.even === found.odd) return 'utf-8';
  return found.odd > found.even ? 'utf-16le' : 'utf-16be';
}

function decodeUtf8(bytes: Buffer, file: string): string {
  const invalid = firstInvalidUtf8(bytes, 0, bytes.length);
  if (invalid === -1 && !bytes.includes(0)) return bytes.toString('utf8');
  const at = invalid === -1 ? bytes.indexOf(0) : invalid;
  const line = bytes.subarray(0, at).toString('latin1').split('\n').length;
  const byte = bytes[at] ?? 0;
  const hex = byte.toString(16).toUpperCase().padStart(2, '0');
  const message =
    byte === 0
      ? `Line ${line} has a NUL byte, so this is no text.`
      : `The byte 0x${hex} in line ${line} is not UTF-8; in Windows-1252 it is ${windows1252Character(byte)}.`;
  throw notText(file, message);
}

function decodeUtf16(
  bytes: Buffer,
  { file, encoding }: { readonly file: string; readonly encoding: DetectedEncoding },
): string {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Told below, in the same words.
  }
  throw notText(file, `The file is no text, though it looks like ${encoding.toUpperCase()}.`);
}

function notText(file: string, message: string): InputError {
  return new InputError([{ code: 'WRONG_ENCODING', file, message }], {
    actions: [`Save the file as UTF-8, or convert it: iconv -f WINDOWS-1252 -t UTF-8 "${file}"`],
  });
}
