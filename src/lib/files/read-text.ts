import { readFile } from 'node:fs/promises';
import { detectEncoding, type DetectedEncoding } from '../csv/encoding.js';
import { windows1252Character } from '../csv/transcode.js';
import { firstInvalidUtf8 } from '../csv/utf8.js';
import { InputError, UsageError } from '../errors.js';

/**
 * Reads a small file that a person wrote, such as a query or a mapping, in UTF-8 or UTF-16 with or without a byte order
 * mark: editors and shells on Windows write all of these.
 *
 * @throws UsageError the file can't be read
 * @throws InputError it is no text in one of these encodings
 */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new UsageError(`The file ${path} can't be read.`, { cause });
  });
  return decodeText(bytes, path);
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
