import { entryWords } from '../../files/id-map.js';
import { idWords, readLongId, writeIdIn } from '../../csv/record-id.js';
import { RecordGroups } from '../../files/record-groups.js';
import { compareKeys, RecordSorter } from '../../files/record-sorter.js';
import { ExportedRecords } from '../source/exported-records.js';

/** An id of the target, one of the source, and which entry it is of all. */
const byTarget = { words: entryWords + 1, keyWords: idWords };
/** An id of the source, which entry it is, an id of the target, and whether that is there. */
const bySource = { words: entryWords + 2, keyWords: idWords + 1 };
const targetAt = idWords + 1;
const isThereAt = entryWords + 1;

/** What the files of ids of an object say, held against the target. */
export type KnownThere = {
  /** Records of the source that they know. */
  readonly records: number;
  /** Of these, records that are no longer in the target, by any file. */
  readonly gone: number;
  /** Records that are known as several ones which are there. */
  readonly several: number;
  readonly sample?: { readonly source: string; readonly targets: readonly string[] };
  /** By file, in their order: how many of its entries are of records that are there, and how many it has. */
  readonly files: ReadonlyArray<{ readonly there: number; readonly entries: number }>;
};

/**
 * Holds what earlier copies know against the ids of the target, in constant memory: both are sorted by these ids on disk, and
 * merged. Of several records of the target that are there, the one of the last file counts.
 */
export class KnownIdsInTarget implements Disposable {
  readonly #known: RecordSorter;
  readonly #there: RecordSorter;
  readonly #bySource: RecordSorter;
  readonly #entry = new Uint32Array(bySource.words);
  readonly #files: Array<{ there: number; entries: number }> = [];
  readonly #result = { records: 0, gone: 0, several: 0 };
  #sample: KnownThere['sample'];
  #entries = 0;

  /** @param path of temporary files */
  constructor(path: string) {
    this.#known = new RecordSorter({ path: `${path}.sort`, ...byTarget });
    this.#there = new RecordSorter({ path: `${path}.there`, words: idWords, keyWords: idWords });
    this.#bySource = new RecordSorter({ path: `${path}.sources`, ...bySource });
  }

  /** What is added from here on is of a file behind those before. */
  beginFile(): void {
    this.#files.push({ there: 0, entries: 0 });
  }

  /** @param known an id of the source, and one of the target */
  add(known: Uint32Array): void {
    const entry = this.#entry;
    entry.set(known.subarray(idWords, entryWords));
    entry.set(known.subarray(0, idWords), idWords);
    entry[entryWords] = this.#entries++;
    this.#known.add(entry);
    const file = this.#files.at(-1);
    if (file !== undefined) file.entries += 1;
  }

  /** @param folder that the ids of the target's records were exported to */
  async addTarget(folder: string): Promise<void> {
    const exported = await ExportedRecords.open(folder);
    const id = new Uint32Array(idWords);
    const cell = exported.indexOf('Id');
    await exported.scan((record) => {
      if (writeIdIn(record, cell, id)) this.#there.add(id);
    });
  }

  /** The entries of records that are there, by the ids of the source, each once; valid until the next one is asked for. */
  *entries(): Generator<Uint32Array, void, undefined> {
    this.#mark();
    const found = new Uint32Array(entryWords);
    for (const group of new RecordGroups(this.#bySource.sorted(), { ...bySource, keyWords: idWords })) {
      this.#result.records += 1;
      const at = lastThere(group);
      if (at < 0) {
        this.#result.gone += 1;
        continue;
      }
      this.#compare(group);
      found.set(group.subarray(0, idWords));
      found.set(group.subarray(at + targetAt, at + targetAt + idWords), idWords);
      yield found;
    }
  }

  /** Known once all entries were read. */
  get result(): KnownThere {
    const sample = this.#sample;
    return { ...this.#result, files: this.#files, ...(sample === undefined ? {} : { sample }) };
  }

  [Symbol.dispose](): void {
    this.#known.close();
    this.#there.close();
    this.#bySource.close();
  }

  /** Sorts what is known by the ids of the source, and says of each whether it is there. */
  #mark(): void {
    const there = this.#there.sorted();
    let other = there.next();
    const entry = this.#entry;
    for (const known of this.#known.sorted()) {
      while (other.done !== true && compareKeys(other.value, known, idWords) < 0) other = there.next();
      const isThere = other.done !== true && compareKeys(other.value, known, idWords) === 0;
      const number = known[entryWords] ?? 0;
      entry.set(known.subarray(idWords, entryWords));
      entry[idWords] = number;
      entry.set(known.subarray(0, idWords), targetAt);
      entry[isThereAt] = isThere ? 1 : 0;
      this.#bySource.add(entry);
      if (isThere) this.#countIn(number);
    }
  }

  #countIn(number: number): void {
    let first = 0;
    for (const file of this.#files) {
      first += file.entries;
      if (number >= first) continue;
      file.there += 1;
      return;
    }
  }

  #compare(group: Uint32Array): void {
    const targets = new Set<string>();
    for (let at = 0; at < group.length; at += bySource.words)
      if (group[at + isThereAt] === 1) targets.add(readLongId(group, at + targetAt));
    if (targets.size < 2) return;
    this.#result.several += 1;
    this.#sample ??= { source: readLongId(group), targets: [...targets] };
  }
}

/** Where the last entry of a group begins that is there; -1 for none. */
function lastThere(group: Uint32Array): number {
  for (let at = group.length - bySource.words; at >= 0; at -= bySource.words)
    if (group[at + isThereAt] === 1) return at;
  return -1;
}
