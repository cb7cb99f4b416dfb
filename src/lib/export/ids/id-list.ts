import { createWriteStream } from 'node:fs';
import { onDisk } from '../../files/disk-full.js';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { idWords, readLongId } from '../../csv/record-id.js';
import { compareKeys, RecordSorter } from '../../files/record-sorter.js';

/** The id, and the row that it first came from. */
const words = idWords + 1;
const bytesPerId = 4 * words;
const idsAtOnce = 4096;

/** An id that was asked for, in its long form, and its first row in the input, from 1. */
export type AskedId = { readonly id: string; readonly row: number };

/** Takes ids in any order, in constant memory. */
export class IdCollector {
  /** Ids that were taken, those that came again included. */
  taken = 0;
  readonly #sorter: RecordSorter;
  readonly #record = new Uint32Array(words);

  /** @param path of a temporary file */
  constructor(path: string) {
    this.#sorter = new RecordSorter({ words, keyWords: idWords, path });
  }

  /** @param id as `writeId` writes it; may be changed afterwards */
  add(id: Uint32Array, row: number): void {
    this.#record.set(id);
    this.#record[idWords] = row;
    this.#sorter.add(this.#record);
    this.taken += 1;
  }

  /** Writes each id once, in order, with its first row. @returns how many there are */
  async write(path: string): Promise<number> {
    let count = 0;
    const counted = function* (distinct: Iterable<Buffer>): Generator<Buffer> {
      for (const chunk of distinct) {
        count += chunk.length / bytesPerId;
        yield chunk;
      }
    };
    await onDisk(path, () =>
      pipeline(counted(this.#distinct()), createWriteStream(path, { mode: 0o600, flush: true })),
    );
    return count;
  }

  close(): void {
    this.#sorter.close();
  }

  *#distinct(): Generator<Buffer> {
    let chunk = new Uint32Array(idsAtOnce * words);
    let filled = 0;
    const last = new Uint32Array(idWords);
    let isFirst = true;
    for (const record of this.#sorter.sorted()) {
      if (!isFirst && last.every((word, index) => word === record[index])) continue;
      isFirst = false;
      for (let word = 0; word < idWords; word++) last[word] = record[word] ?? 0;
      chunk.set(record, filled);
      filled += words;
      if (filled < chunk.length) continue;
      yield bytesOf(chunk);
      chunk = new Uint32Array(idsAtOnce * words);
      filled = 0;
    }
    if (filled > 0) yield bytesOf(chunk.subarray(0, filled));
  }
}

/** Ids that were asked for, each once, in their order, on disk. */
export class IdList {
  readonly count: number;
  readonly #path: string;

  constructor(path: string, count: number) {
    this.#path = path;
    this.count = count;
  }

  /** The ids from one place up to, and without, another. */
  async slice(from: number, to: number): Promise<Uint32Array> {
    const ids = new Uint32Array((to - from) * words);
    const bytes = bytesOf(ids);
    const file = await open(this.#path);
    try {
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from * bytesPerId);
      if (bytesRead < bytes.length) throw new Error(`${this.#path} is shorter than what was written to it.`);
    } finally {
      await file.close();
    }
    return ids;
  }

  /** All ids, one after another. */
  async *ids(): AsyncGenerator<AskedId> {
    for (let from = 0; from < this.count; from += idsAtOnce) {
      const ids = await this.slice(from, Math.min(from + idsAtOnce, this.count));
      for (let at = 0; at < ids.length; at += words)
        yield { id: readLongId(ids, at), row: ids[at + idWords] ?? 0 };
    }
  }
}

/** The ids of a slice in their long form. */
export function longIdsOf(slice: Uint32Array): string[] {
  return Array.from({ length: slice.length / words }, (_, index) => readLongId(slice, index * words));
}

/** The place of an id in a slice; -1 where it is not in it. */
export function placeIn(slice: Uint32Array, id: Uint32Array): number {
  let low = 0;
  let high = slice.length / words;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compareKeys(slice, id, idWords, middle * words);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1;
}

function bytesOf(numbers: Uint32Array): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
