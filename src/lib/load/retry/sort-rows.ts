import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { writeChunks } from '../../files/write-chunks.js';

/** A row on its way: its line, its place in the user's input, and what it is sorted by. */
export type SortedRow = {
  readonly key: Buffer;
  readonly line: Buffer;
  /** Its cells that are not sent. */
  readonly kept: Buffer;
  readonly file: number;
  /** 0 where it is not known. */
  readonly row: number;
};

/** What is held in memory before it is sorted and put aside. */
const defaultRunBytes = 8 * 1024 * 1024;
const readBytes = 32 * 1024;
const entriesAtOnce = 1000;
/** Lengths of key, line and kept cells, file and row. */
const headBytes = 20;

/**
 * Sorts any number of rows in constant memory: runs of them are sorted and put into files, which are then merged. Rows with
 * the same key stay in their order.
 */
export class RowSorter {
  readonly #pathFor: (name: string) => string;
  readonly #runBytes: number;
  readonly #runs: string[] = [];
  #bytes: Buffer;
  #length = 0;
  /** Where the rows of the run begin. */
  #starts: number[] = [];

  /** @param pathFor where to keep a run */
  constructor(pathFor: (name: string) => string, runBytes = defaultRunBytes) {
    this.#pathFor = pathFor;
    this.#runBytes = runBytes;
    this.#bytes = Buffer.allocUnsafeSlow(64 * 1024);
  }

  /** Whether `spill` is to be awaited before more rows are added. */
  get isFull(): boolean {
    return this.#length >= this.#runBytes;
  }

  add({ key, line, kept, file, row }: SortedRow): void {
    this.#reserve(headBytes + key.length + line.length + kept.length);
    this.#starts.push(this.#length);
    for (const number of [key.length, line.length, kept.length, file, row]) {
      this.#length = this.#bytes.writeUInt32LE(number, this.#length);
    }
    this.#length += key.copy(this.#bytes, this.#length);
    this.#length += line.copy(this.#bytes, this.#length);
    this.#length += kept.copy(this.#bytes, this.#length);
  }

  /** Sorts what was added since the last time, and puts it aside. */
  async spill(): Promise<void> {
    const path = this.#pathFor(`sort-${this.#runs.length}`);
    this.#runs.push(path);
    const file = await open(path, 'w', 0o600);
    try {
      const starts = this.#sorted();
      let position = 0;
      for (let from = 0; from < starts.length; from += entriesAtOnce) {
        const entries = starts.slice(from, from + entriesAtOnce).map((start) => this.#entryAt(start));
        await writeChunks(file, entries, position);
        position += entries.reduce((sum, { length }) => sum + length, 0);
      }
    } finally {
      await file.close();
    }
    this.#starts = [];
    this.#length = 0;
  }

  /** All rows in order, once. What it gives is valid until the next one is asked for. */
  async *rows(): AsyncGenerator<SortedRow> {
    if (this.#runs.length === 0) {
      for (const start of this.#sorted()) yield rowIn(this.#entryAt(start));
      return;
    }
    await this.spill();
    this.#bytes = Buffer.alloc(0);
    yield* merged(this.#runs);
  }

  /** Removes what was put aside. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const path of this.#runs) await rm(path, { force: true });
  }

  #sorted(): number[] {
    const bytes = this.#bytes;
    const compare = (one: number, other: number): number => {
      const from = one + headBytes;
      const otherFrom = other + headBytes;
      const otherTo = otherFrom + bytes.readUInt32LE(other);
      return bytes.compare(bytes, otherFrom, otherTo, from, from + bytes.readUInt32LE(one)) || one - other;
    };
    return this.#starts.sort(compare);
  }

  #entryAt(start: number): Buffer {
    return this.#bytes.subarray(start, start + entryBytes(this.#bytes, start));
  }

  #reserve(byteCount: number): void {
    if (this.#length + byteCount <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#length + byteCount, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

function entryBytes(bytes: Buffer, start: number): number {
  return (
    headBytes + bytes.readUInt32LE(start) + bytes.readUInt32LE(start + 4) + bytes.readUInt32LE(start + 8)
  );
}

function rowIn(entry: Buffer): SortedRow {
  const keyEnd = headBytes + entry.readUInt32LE(0);
  const lineEnd = keyEnd + entry.readUInt32LE(4);
  return {
    key: entry.subarray(headBytes, keyEnd),
    line: entry.subarray(keyEnd, lineEnd),
    kept: entry.subarray(lineEnd),
    file: entry.readUInt32LE(12),
    row: entry.readUInt32LE(16),
  };
}

type Head = {
  readonly run: number;
  readonly row: SortedRow;
  readonly rest: AsyncIterator<Buffer, undefined>;
};

async function* merged(paths: readonly string[]): AsyncGenerator<SortedRow> {
  const heads: Head[] = [];
  for (const [run, path] of paths.entries()) {
    const rest = entriesIn(path);
    const { value, done } = await rest.next();
    if (done !== true) push(heads, { run, row: rowIn(value), rest });
  }
  for (let least = pop(heads); least !== undefined; least = pop(heads)) {
    const { run, row, rest } = least;
    yield row;
    const { value, done } = await rest.next();
    if (done !== true) push(heads, { run, row: rowIn(value), rest });
  }
}

async function* entriesIn(path: string): AsyncGenerator<Buffer, undefined> {
  let bytes: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: readBytes }) as AsyncIterable<Buffer>) {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    let at = 0;
    while (bytes.length - at >= headBytes && bytes.length - at >= entryBytes(bytes, at)) {
      const end = at + entryBytes(bytes, at);
      yield bytes.subarray(at, end);
      at = end;
    }
    bytes = bytes.subarray(at);
  }
}

/** A heap whose first element is the least. */
function push(heap: Head[], head: Head): void {
  let at = heap.push(head) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(heap[at], heap[parent])) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function pop(heap: Head[]): Head | undefined {
  if (heap.length === 0) return undefined;
  swap(heap, 0, heap.length - 1);
  const least = heap.pop();
  for (let at = 0; ;) {
    const left = 2 * at + 1;
    const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
    if (!isBefore(heap[child], heap[at])) return least;
    swap(heap, at, child);
    at = child;
  }
}

/** False where either is missing. */
function isBefore(one: Head | undefined, other: Head | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return (one.row.key.compare(other.row.key) || one.run - other.run) < 0;
}

function swap(heap: Head[], one: number, other: number): void {
  const kept = heap[one] as Head;
  heap[one] = heap[other] as Head;
  heap[other] = kept;
}
