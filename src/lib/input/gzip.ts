import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

import { InputError } from '../errors.js';

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Compresses chunks into one gzip member. Members one after another are a gzip file too: one member per page makes
 * a `.gz` that can be cut at the end of a page and continued.
 */
export function gzip(chunks: Chunks): AsyncGenerator<Buffer, void, undefined> {
  return through(chunks, createGzip());
}

/**
 * Decompresses gzip data of one or more members. Throws InputError, with `file` in it, when the data are damaged or
 * stop before their end; errors of `chunks` pass through.
 */
export async function* gunzip(chunks: Chunks, file: string): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* through(chunks, createGunzip());
  } catch (error) {
    const reason = gzipFault(error);
    if (reason === undefined) throw error;
    throw new InputError([{ code: 'GZIP', file, message: reason }], { cause: error });
  }
}

async function* through(chunks: Chunks, stage: Transform): AsyncGenerator<Buffer, void, undefined> {
  // A failure on either side destroys the stage with its error, which ends the loop.
  pipeline(chunks, stage).catch(() => undefined);
  for await (const chunk of stage) yield chunk as Buffer;
}

function gzipFault(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') return 'The gzip file is truncated.';
  if (code === 'Z_DATA_ERROR') return 'The gzip data are damaged.';
  return undefined;
}
