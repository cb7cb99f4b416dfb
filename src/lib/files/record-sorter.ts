import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

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
  #buffer: Uint32Array;
  #count = 0;
  /** Used for each run: megabytes for every one of them would lie about until they are collected. */
  #scratch: Scratch | undefined;
  #file: number | undefined;
  readonly #runs: Array<{ readonly offset: number; readonly bytes: number }> = [];
  #written = 0;

  constructor({ path, capacity = defaultCapacity, ...shape }: SorterOptions) {
    this.#shape = shape;
    this.#path = path;
    this.#capacity = capacity;
    this.#buffer = new Uint32Array(Math.min(capacity, 1024) * shape.words);
  }

  /** Takes a record from these numbers, which may be changed afterwards. */
  add(record: Uint32Array): void {
    if (this.#count === this.#capacity) this.#spill();
    const { words } = this.#shape;
    const at = this.#count * words;
    if (at === this.#buffer.length) this.#grow();
    for (let word = 0; word < words; word++) this.#buffer[at + word] = record[word] ?? 0;
    this.#count += 1;
  }

  /** Gives the records in their order, each valid until the next one is asked for. Called once, when all were added. */
  sorted(): Generator<Uint32Array, void, undefined> {
    const last = new Run(this.#takeSorted());
    return merged([...this.#runs.map((run) => this.#readRun(run)), last], this.#shape);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#buffer = new Uint32Array(0);
    this.#scratch = undefined;
  }

  #grow(): void {
    const larger = new Uint32Array(Math.min(this.#buffer.length * 2, this.#capacity * this.#shape.words));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }

  #spill(): void {
    this.#file ??= openUnnamed(this.#path);
    const sorted = this.#takeSorted();
    const bytes = new Uint8Array(sorted.buffer, sorted.byteOffset, sorted.byteLength);
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.#file, bytes, done, bytes.length - done, this.#written + done);
    }
    this.#runs.push({ offset: this.#written, bytes: bytes.length });
    this.#written += bytes.length;
  }

  #takeSorted(): Uint32Array {
    const count = this.#count;
    this.#count = 0;
    this.#scratch ??= {
      order: new Uint32Array(count),
      next: new Uint32Array(count),
      sorted: new Uint32Array(count * this.#shape.words),
    };
    return sortByKey(this.#buffer.subarray(0, count * this.#shape.words), this.#shape, this.#scratch);
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

/** Room for all records that are sorted at once, which are most for the first run. */
type Scratch = { readonly order: Uint32Array; readonly next: Uint32Array; readonly sorted: Uint32Array };

/**
 * Least significant half word first, so that each pass keeps the order of the one before.
 * @returns the records in the scratch, valid until it is used again
 */
function sortByKey(
  records: Uint32Array,
  { words, keyWords }: RecordShape,
  { sorted, ...orders }: Scratch,
): Uint32Array {
  const count = records.length / words;
  let { order, next } = orders;
  for (let index = 0; index < count; index++) order[index] = index;
  const starts = new Uint32Array(digits + 1);
  for (let half = keyWords * 2 - 1; half >= 0; half--) {
    const word = half >> 1;
    const shift = half % 2 === 0 ? 16 : 0;
    starts.fill(0);
    const digitOf = (index: number): number => ((records[index * words + word] ?? 0) >>> shift) & 0xffff;
    for (let index = 0; index < count; index++)
      starts[digitOf(index) + 1] = (starts[digitOf(index) + 1] ?? 0) + 1;
    // All records have this half in common.
    if (starts.includes(count)) continue;
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
  for (let place = 0; place < count; place++) {
    const from = (order[place] ?? 0) * words;
    for (let word = 0; word < words; word++) sorted[place * words + word] = records[from + word] ?? 0;
  }
  return sorted.subarray(0, count * words);
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
