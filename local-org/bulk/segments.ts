import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { ResultFile } from './job.ts';

const highWaterMark = 256 * 1024;

/** Writes result rows batch by batch, each a segment of one file. */
export class SegmentWriter {
  readonly file: ResultFile;
  #handle: FileHandle | undefined;
  #bytes = 0;

  constructor(path: string) {
    this.file = { path, segments: [], rows: 0 };
  }

  async add(lines: readonly string[]): Promise<void> {
    this.#handle ??= await open(this.file.path, 'w');
    const content = Buffer.from(lines.join(''));
    await this.#handle.writeFile(content);
    this.file.segments.push({ offset: this.#bytes, bytes: content.length });
    this.file.rows += lines.length;
    this.#bytes += content.length;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }
}

export async function* readSegments(file: ResultFile): AsyncGenerator<Buffer> {
  for (const { offset, bytes } of file.segments) {
    if (bytes > 0) yield* readRange(file.path, offset, offset + bytes);
  }
}

/** Bytes `from` to `to` (exclusive) of a file. */
export async function* readRange(path: string, from: number, to: number): AsyncGenerator<Buffer> {
  if (from >= to) return;
  yield* createReadStream(path, { start: from, end: to - 1, highWaterMark }) as AsyncIterable<Buffer>;
}

/**
 * The same for who has done with each chunk before asking for the next: all chunks are in one buffer,
 * which spares the collection of half a gigabyte of them.
 */
export async function* readRangeInPlace(path: string, from: number, to: number): AsyncGenerator<Buffer> {
  const chunk = Buffer.allocUnsafe(highWaterMark);
  const file = await open(path, 'r');
  try {
    for (let at = from; at < to;) {
      const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, to - at), at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
