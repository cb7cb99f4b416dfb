import { idWords } from '../csv/record-id.js';
import { entryWords, writeEntries } from './id-map.js';
import { RecordGroups } from './record-groups.js';
import { RecordSorter } from './record-sorter.js';

const shape = { words: entryWords, keyWords: idWords };

/**
 * Makes the file of an `IdMap` from keys to the ids of the records that have them, in any order and in constant memory. A key
 * that several records have leads to zeros: see `isAmbiguous`.
 */
export class KeyMapWriter {
  readonly #path: string;
  readonly #sorter: RecordSorter;
  readonly #entry = new Uint32Array(entryWords);

  /** @param path of the map, which appears there when it is complete */
  constructor(path: string) {
    this.#path = path;
    this.#sorter = new RecordSorter({ path: `${path}.sort`, ...shape });
  }

  add(key: Uint32Array, id: Uint32Array): void {
    this.#entry.set(key);
    this.#entry.set(id, idWords);
    this.#sorter.add(this.#entry);
  }

  finish(): Promise<void> {
    return writeEntries(this.#path, this.#entries());
  }

  *#entries(): Generator<Uint32Array, void, undefined> {
    for (const group of new RecordGroups(this.#sorter.sorted(), shape)) {
      if (group.length > entryWords) group.fill(0, idWords, entryWords);
      yield group;
    }
  }

  close(): void {
    this.#sorter.close();
  }
}

/** Whether the value of a key says that several records have it. */
export function isAmbiguous(id: Uint32Array): boolean {
  return id.every((word) => word === 0);
}
