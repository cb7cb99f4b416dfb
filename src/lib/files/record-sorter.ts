import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { writeFully } from './disk-full.js';

/** Records of so many numbers below 2^32, in the order of the first of them. */
export type RecordShape = { readonly words: number; readonly keyWords: number };

export type SorterOptions = RecordShape & {
  /** Of the temporary file, which has no name from the start on: it goes with the process. */
  readonly path: string;
  /** Records that are sorted in memory; more of them go through the file. Default 131,072. */
  readonly capacity?: number;
};

const defaultCapacity = 131_072;
/** What is read of each sorted run at a time. */
const mergeBytes = 64 * 1024;

/**
 * Sorts any number of records in constant memory: runs of them are sorted by radix and written to a temporary file, then
 * merged. Records with equal keys keep the order in which they were added.
 */
export class RecordSorter {
  readonly #shape: RecordShape;
  readonly #path: string;
  readonly #capacity: number;
  #buffer: Uint32Array | undefined;
  #count = 0;
  #file: number | undefined;
  readonly #runs: Array<{ readonly offset: number; readonly bytes: number }> = [];
  #written = 0;

  constructor({ path, capacity = defaultCapacity, ...shape }: SorterOptions) {
    this.#shape = shape;
    this.#path = path;
    this.#capacity = capacity;
  }

  /** Takes a record from these numbers, which may be changed afterwards. */
  add(record: Uint32Array): void {
    if (this.#count === this.#capacity) this.#spill();
    const { words } = this.#shape;
    const at = this.#count * words;
    const buffer = (this.#buffer ??= takeBlock(this.#capacity * words));
    for (let word = 0; word < words; word++) buffer[at + word] = record[word] ?? 0;
    this.#count += 1;
  }

  /**
   * Gives the records in their order, each valid until the next one is asked for. Called once, when all were added: from then
   * on records that did not fit into memory take next to none of it.
   */
  sorted(): Generator<Uint32Array, void, undefined> {
    if (this.#runs.length === 0) return merged([new Run(this.#sort())], this.#shape);
    this.#spill();
    this.#giveBack();
    return merged(
      this.#runs.map((run) => this.#readRun(run)),
      this.#shape,
    );
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#giveBack();
  }

  #giveBack(): void {
    if (this.#buffer !== undefined) giveBlock(this.#buffer);
    this.#buffer = undefined;
  }

  #spill(): void {
    this.#file ??= openUnnamed(this.#path);
    const sorted = this.#sort();
    const bytes = new Uint8Array(sorted.buffer, sorted.byteOffset, sorted.byteLength);
    writeFully({ fd: this.#file, path: this.#path }, bytes, this.#written);
    this.#runs.push({ offset: this.#written, bytes: bytes.length });
    this.#written += bytes.length;
  }

  /** @returns the records in memory in their order, valid until more are added */
  #sort(): Uint32Array {
    const count = this.#count;
    this.#count = 0;
    if (this.#buffer === undefined) return nothing;
    this.#buffer = sortByKey(this.#buffer, count, this.#shape);
    return this.#buffer.subarray(0, count * this.#shape.words);
  }

  #readRun(onDisk: { readonly offset: number; readonly bytes: number }): Run {
    const { words } = this.#shape;
    const window = new Uint32Array(Math.floor(mergeBytes / 4 / words) * words);
    return new Run(window, { file: this.#file ?? -1, ...onDisk });
  }
}

function openUnnamed(path: string): number {
  const file = openSync(path, 'w+', 0o600);
  rmSync(path, { force: true });
  return file;
}

const digits = 65_536;

const nothing = new Uint32Array(0);
/** Of eight numbers a record. */
const blockWords = defaultCapacity * 8;
const mostSpareBlocks = 3;
/** Blocks of sorters that are done: new megabytes for each of them would lie about until they are collected. */
const spareBlocks: Uint32Array[] = [];
/** Where all sorters sort, one after the other. */
const scratch = { order: nothing, next: nothing, starts: new Uint32Array(digits + 1) };

function takeBlock(words: number): Uint32Array {
  const at = spareBlocks.findIndex(({ length }) => length >= words);
  const [spare] = at < 0 ? [] : spareBlocks.splice(at, 1);
  return spare ?? new Uint32Array(Math.max(words, blockWords));
}

function giveBlock(block: Uint32Array): void {
  if (spareBlocks.length < mostSpareBlocks) spareBlocks.push(block);
}

/**
 * Least significant half word first, so that each pass keeps the order of the one before.
 * @returns a block that has the records in their order, in exchange for this one
 */
function sortByKey(records: Uint32Array, count: number, { words, keyWords }: RecordShape): Uint32Array {
  if (scratch.order.length < count) {
    scratch.order = new Uint32Array(Math.max(count, defaultCapacity));
    scratch.next = new Uint32Array(scratch.order.length);
  }
  let { order, next } = scratch;
  const { starts } = scratch;
  for (let index = 0; index < count; index++) order[index] = index;
  for (let half = keyWords * 2 - 1; half >= 0; half--) {
    const word = half >> 1;
    const shift = half % 2 === 0 ? 16 : 0;
    starts.fill(0);
    const digitOf = (index: number): number => ((records[index * words + word] ?? 0) >>> shift) & 0xffff;
    for (let index = 0; index < count; index++)
      starts[digitOf(index) + 1] = (starts[digitOf(index) + 1] ?? 0) + 1;
    // All records have this half in common.
    if (starts[digitOf(0) + 1] === count) continue;
    for (let digit = 0; digit < digits; digit++)
      starts[digit + 1] = (starts[digit + 1] ?? 0) + (starts[digit] ?? 0);
    for (let place = 0; place < count; place++) {
      const index = order[place] ?? 0;
      const digit = digitOf(index);
      const at = starts[digit] ?? 0;
      next[at] = index;
      starts[digit] = at + 1;
    }
    [order, next] = [next, order];
  }
  const sorted = takeBlock(records.length);
  for (let place = 0; place < count; place++) {
    const from = (order[place] ?? 0) * words;
    for (let word = 0; word < words; word++) sorted[place * words + word] = records[from + word] ?? 0;
  }
  giveBlock(records);
  return sorted;
}

const inMemory = { file: -1, offset: 0, bytes: 0 };

/** Records in their order, of which a window is in memory: all of them, where there are none on disk. */
class Run {
  /** Where the record that is next begins in the window; at its end there is none. */
  at = 0;
  readonly window: Uint32Array;
  readonly #file: number;
  #position: number;
  #bytesLeft: number;
  #end: number;

  constructor(
    window: Uint32Array,
    { file, offset, bytes }: { file: number; offset: number; bytes: number } = inMemory,
  ) {
    this.window = window;
    this.#file = file;
    this.#position = offset;
    this.#bytesLeft = bytes;
    this.#end = window.length;
    if (bytes > 0) this.#fill();
  }

  get isEmpty(): boolean {
    return this.at >= this.#end;
  }

  advance(words: number): void {
    this.at += words;
    if (this.isEmpty && this.#bytesLeft > 0) this.#fill();
  }

  #fill(): void {
    const bytes = new Uint8Array(this.window.buffer, 0, Math.min(this.window.byteLength, this.#bytesLeft));
    readFully(this.#file, bytes, this.#position);
    this.#position += bytes.length;
    this.#bytesLeft -= bytes.length;
    this.at = 0;
    this.#end = bytes.length / 4;
  }
}

/** Fills the bytes from a place in a file. @throws Error the file ends before */
export function readFully(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    const count = readSync(file, bytes, done, bytes.length - done, position + done);
    if (count === 0) throw new Error('A file of this run is shorter than what was written to it.');
    done += count;
  }
}

/**
 * Merges runs with a heap; of equal records the one of the earlier run comes first. It gives the same numbers each time, set
 * anew: millions of small views would be garbage.
 */
function* merged(
  runs: readonly Run[],
  { words, keyWords }: RecordShape,
): Generator<Uint32Array, void, undefined> {
  const record = new Uint32Array(words);
  const heap = [...runs.keys()].filter((run) => runs[run]?.isEmpty === false);
  const comesFirst = (one: number, other: number): boolean => {
    const order = compareHeads(runs[one], runs[other], keyWords);
    return order < 0 || (order === 0 && one < other);
  };
  for (let root = (heap.length >> 1) - 1; root >= 0; root--) sink(heap, root, comesFirst);
  for (let run = runs[heap[0] ?? -1]; run !== undefined; run = runs[heap[0] ?? -1]) {
    for (let word = 0; word < words; word++) record[word] = run.window[run.at + word] ?? 0;
    yield record;
    run.advance(words);
    const last = run.isEmpty ? heap.pop() : undefined;
    if (last !== undefined && heap.length > 0) heap[0] = last;
    sink(heap, 0, comesFirst);
  }
}

function compareHeads(one: Run | undefined, other: Run | undefined, keyWords: number): number {
  if (one === undefined || other === undefined) return 0;
  for (let word = 0; word < keyWords; word++) {
    const order = (one.window[one.at + word] ?? 0) - (other.window[other.at + word] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

function sink(heap: number[], root: number, comesFirst: (one: number, other: number) => boolean): void {
  for (let at = root; ;) {
    let first = at;
    for (let child = 2 * at + 1; child <= 2 * at + 2 && child < heap.length; child++) {
      if (comesFirst(heap[child] ?? 0, heap[first] ?? 0)) first = child;
    }
    if (first === at) return;
    [heap[at], heap[first]] = [heap[first] ?? 0, heap[at] ?? 0];
    at = first;
  }
}

/**
 * Below 0 where the first one's key is smaller.
 * @param oneAt where the first one begins in its numbers
 */
export function compareKeys(one: Uint32Array, other: Uint32Array, keyWords: number, oneAt = 0): number {
  for (let word = 0; word < keyWords; word++) {
    const order = (one[oneAt + word] ?? 0) - (other[word] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}
