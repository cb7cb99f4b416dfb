/** Encodings that can be told from a file's first bytes. */
export type DetectedEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

export type EncodingGuess = { readonly encoding: DetectedEncoding; readonly bomBytes: number };

const utf8Bom = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Tells the encoding of a text file from its first bytes: by its byte order mark, or for UTF-16 without one by
 * the zero bytes that every ASCII character of the first line then has. Everything else is called UTF-8, which
 * the scan checks byte by byte; a code page such as Windows-1252 leaves no mark to detect it by.
 */
export function detectEncoding(sample: Uint8Array): EncodingGuess {
  const bytes = Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength);
  if (bytes.length >= 2 && bytes.readUInt16BE(0) === 0xfeff) return { encoding: 'utf-16be', bomBytes: 2 };
  if (bytes.length >= 2 && bytes.readUInt16LE(0) === 0xfeff) return { encoding: 'utf-16le', bomBytes: 2 };
  const bomBytes = utf8BomBytes(bytes);
  if (bomBytes === 0 && isAsciiInUtf16(bytes, 'le')) return { encoding: 'utf-16le', bomBytes };
  if (bomBytes === 0 && isAsciiInUtf16(bytes, 'be')) return { encoding: 'utf-16be', bomBytes };
  return { encoding: 'utf-8', bomBytes };
}

/** Length of the byte order marks at the start; tools that prepend one blindly leave two. */
function utf8BomBytes(bytes: Buffer): number {
  let length = 0;
  while (bytes.subarray(length, length + utf8Bom.length).equals(utf8Bom)) length += utf8Bom.length;
  return length;
}

/** Whether the first line, or what is there of its first 64 characters, is ASCII written as UTF-16. */
function isAsciiInUtf16(bytes: Buffer, order: 'le' | 'be'): boolean {
  const highByte = order === 'le' ? 1 : 0;
  const pairs = Math.min(bytes.length >> 1, 64);
  for (let pair = 0; pair < pairs; pair++) {
    const high = bytes[2 * pair + highByte] ?? 0;
    const low = bytes[2 * pair + 1 - highByte] ?? 0;
    const isText = low === 0x09 || low === 0x0a || low === 0x0d || (low >= 0x20 && low < 0x7f);
    if (high !== 0 || !isText) return false;
    if (low === 0x0a) return pair > 0;
  }
  return pairs > 0;
}
