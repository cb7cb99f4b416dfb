import { closeSync, fstatSync, openSync } from 'node:fs';
import { PartFile } from './part-file.js';
import { writeWhole } from './write-whole.js';
import { compareKeys, readFully, RecordSorter } from './record-sorter.js';
import { idWords } from '../csv/record-id.js';

/** Numbers of an entry: the key, then the value; as many of each as an id has. */
export const entryWords = 2 * idWords;

const entryBytes = entryWords * 4;
/** Entries that are read at once: 8 KB. The first key of each such block is kept in memory. */
const blockEntries = 340;
/** Blocks that are kept: children come in some order of their parents more often than not. */
const keptBlocks = 64;
/** Entries that are read or written at once, one after the other. */
const entriesAtOnce = 2_048;

/**
 * A map from keys to ids on disk: 24 bytes an entry, sorted by key. A lookup reads one block of 8 KB unless it was read
 * just before; memory is 12 bytes for each 340 entries.
 */
export class IdMap {
  readonly size: number;
  readonly #file: number;
  readonly #index: Uint32Array;
  /**
   * Each block that was read, in the place that it shares with some others. In a `Map` whose entries come and go, one table after
   * another would lie about until it is collected.
   */
  readonly #blocks: Array<Uint32Array<ArrayBuffer> | undefined>;
  readonly #numbers: Int32Array;
  readonly #value = new Uint32Array(idWords);

  private constructor(file: number, size: number, { index, kept }: { index: Uint32Array; kept: number }) {
    this.#file = file;
    this.size = size;
    this.#index = index;
    this.#blocks = Array.from({ length: kept });
    this.#numbers = new Int32Array(kept);
  }

  /** @param kept how many blocks of 8 KB are kept in memory; default 64 */
  static open(path: string, kept = keptBlocks): IdMap {
    const file = openSync(path, 'r');
    const size = fstatSync(file).size / entryBytes;
    const index = new Uint32Array(Math.ceil(size / blockEntries) * idWords);
    for (let block = 0; block * blockEntries < size; block++) {
      const key = new Uint8Array(index.buffer, block * idWords * 4, idWords * 4);
      readFully(file, key, block * blockEntries * entryBytes);
    }
    return new IdMap(file, size, { index, kept });
  }

  /** @returns the value, valid until the next call; undefined for a key that has none */
  get(key: Uint32Array): Uint32Array | undefined {
    const block = this.#blockOf(key);
    if (block < 0) return undefined;
    const entries = this.#read(block);
    const count = Math.min(blockEntries, this.size - block * blockEntries);
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeys(entries, key, idWords, middle * entryWords) < 0) low = middle + 1;
      else high = middle;
    }
    const at = low * entryWords;
    if (low === count || compareKeys(entries, key, idWords, at) !== 0) return undefined;
    for (let word = 0; word < idWords; word++) this.#value[word] = entries[at + idWords + word] ?? 0;
    return this.#value;
  }

  /** All entries in the order of their keys, each valid until the next one is asked for. */
  entries(): Generator<Uint32Array, void, undefined> {
    return entriesOf(this.#file, this.size);
  }

  close(): void {
    closeSync(this.#file);
  }

  /** The last block that begins at or before the key; -1 when all begin behind it. */
  #blockOf(key: Uint32Array): number {
    let low = 0;
    let high = this.#index.length / idWords;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeys(this.#index, key, idWords, middle * idWords) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #read(block: number): Uint32Array {
    const slot = block % this.#blocks.length;
    const known = this.#blocks[slot];
    if (known !== undefined && this.#numbers[slot] === block) return known;
    // Of neither one nor the other, should reading fail half way.
    this.#numbers[slot] = -1;
    const entries = (this.#blocks[slot] = this.#load(block, known));
    this.#numbers[slot] = block;
    return entries;
  }

  /** @param entries of a block that nobody needs any more: new ones for each would lie about until they are collected */
  #load(block: number, entries = new Uint32Array(blockEntries * entryWords)): Uint32Array<ArrayBuffer> {
    const first = block * blockEntries;
    const bytes = Math.min(blockEntries, this.size - first) * entryBytes;
    readFully(this.#file, new Uint8Array(entries.buffer, 0, bytes), first * entryBytes);
    return entries;
  }
}

/** The entries of a file of sorted entries in their order, equal keys included; each is valid until the next one is asked for. */
export function* readEntries(path: string): Generator<Uint32Array, void, undefined> {
  const file = openSync(path, 'r');
  try {
    yield* entriesOf(file, fstatSync(file).size / entryBytes);
  } finally {
    closeSync(file);
  }
}

function* entriesOf(file: number, count: number): Generator<Uint32Array, void, undefined> {
  const entries = new Uint32Array(Math.min(entriesAtOnce, count) * entryWords);
  const entry = new Uint32Array(entryWords);
  for (let first = 0; first < count; first += entriesAtOnce) {
    const words = Math.min(entriesAtOnce, count - first) * entryWords;
    readFully(file, new Uint8Array(entries.buffer, 0, words * 4), first * entryBytes);
    for (let at = 0; at < words; at += entryWords) {
      for (let word = 0; word < entryWords; word++) entry[word] = entries[at + word] ?? 0;
      yield entry;
    }
  }
}

/** Entries written in the order in which they come; a call and a view for each of them would take longer than it does. */
class EntryFile {
  readonly #file: PartFile;
  readonly #entries = new Uint32Array(entriesAtOnce * entryWords);
  #filled = 0;

  private constructor(file: PartFile) {
    this.#file = file;
  }

  static async open(path: string): Promise<EntryFile> {
    return new EntryFile(await PartFile.open(path));
  }

  /**
   * Takes an entry from the first of these numbers, which may be changed afterwards.
   * @returns what to wait for before the next one, if anything
   */
  add(entry: Uint32Array): Promise<void> | undefined {
    for (let word = 0; word < entryWords; word++) this.#entries[this.#filled + word] = entry[word] ?? 0;
    this.#filled += entryWords;
    return this.#filled < this.#entries.length ? undefined : this.#flush();
  }

  /** Puts the file on disk and gives it its name. */
  async commit(): Promise<void> {
    await this.#flush();
    await this.#file.commit();
  }

  /** Leaves nothing behind. */
  discard(): Promise<void> {
    return this.#file.discard();
  }

  async #flush(): Promise<void> {
    await this.#file.write(Buffer.from(this.#entries.buffer, 0, this.#filled * 4));
    this.#filled = 0;
  }
}

/** Writes a file of entries that come in their order, and syncs it. On an error it leaves nothing behind. */
export async function writeEntries(path: string, entries: Iterable<Uint32Array>): Promise<void> {
  await writeWhole(await EntryFile.open(path), async (file) => {
    for (const entry of entries) {
      const full = file.add(entry);
      if (full !== undefined) await full;
    }
  });
}

/** Makes the file of a map out of entries in any order, in constant memory. */
export class IdMapWriter {
  readonly #path: string;
  readonly #sorter: RecordSorter;
  readonly #entry = new Uint32Array(entryWords);

  /** @param path of the map, which appears there when it is complete */
  constructor(path: string, capacity?: number) {
    this.#path = path;
    this.#sorter = new RecordSorter({
      path: `${path}.sort`,
      words: entryWords,
      keyWords: idWords,
      ...(capacity === undefined ? {} : { capacity }),
    });
  }

  /**
   * @param value absent: an entry without a value, all zeros
   * @param keyAt where the key begins in its numbers, as `valueAt` says it of the value
   */
  add(key: Uint32Array, value?: Uint32Array, keyAt = 0, valueAt = 0): void {
    for (let word = 0; word < idWords; word++) {
      this.#entry[word] = key[keyAt + word] ?? 0;
      this.#entry[idWords + word] = value?.[valueAt + word] ?? 0;
    }
    this.#sorter.add(this.#entry);
  }

  /**
   * Writes the map and syncs it.
   * @returns a key that was added more than once, if there is one: then no map was written
   */
  async finish(): Promise<Uint32Array | undefined> {
    const file = await EntryFile.open(this.#path);
    const last = new Uint32Array(idWords);
    let isFirst = true;
    try {
      for (const entry of this.#sorter.sorted()) {
        if (!isFirst && compareKeys(last, entry, idWords) === 0) {
          await file.discard();
          return last;
        }
        for (let word = 0; word < idWords; word++) last[word] = entry[word] ?? 0;
        isFirst = false;
        const full = file.add(entry);
        if (full !== undefined) await full;
      }
      await file.commit();
      return undefined;
    } catch (error) {
      await file.discard();
      throw error;
    } finally {
      this.#sorter.close();
    }
  }

  /** Leaves nothing behind. */
  discard(): void {
    this.#sorter.close();
  }
}
