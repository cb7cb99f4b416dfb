import { access, lstat, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { fileChunks } from './file-chunks.js';

/** Whether a path leads to anything, through links too. */
export function isThere(path: string): Promise<boolean> {
  return succeeds(access(path));
}

/** Whether a name is taken, be it by a link that leads nowhere. */
export function isTaken(path: string): Promise<boolean> {
  return succeeds(lstat(path));
}

/** Whether a path leads to a folder, through links too. */
export function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function succeeds(look: Promise<unknown>): Promise<boolean> {
  return look.then(
    () => true,
    () => false,
  );
}

/** Bytes of a file; -1 when it is not there. */
export async function fileSize(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => -1,
  );
}

/**
 * The SHA-256 of what is in a file, in hexadecimal digits.
 * @param range of the bytes that count; `end` is the first one behind them. Default: all
 */
export async function hashOf(
  path: string,
  { start, end }: { readonly start: number; readonly end: number } = { start: 0, end: Infinity },
): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of fileChunks(path, { start, end })) hash.update(chunk);
  return hash.digest('hex');
}

/** How long a file is, and its CRC-32: what tells whether it is one that was read before. */
export async function sumOf(path: string): Promise<{ bytes: number; crc32: number }> {
  let bytes = 0;
  let sum = 0;
  for await (const chunk of fileChunks(path)) {
    bytes += chunk.length;
    sum = crc32(chunk, sum);
  }
  return { bytes, crc32: sum };
}
