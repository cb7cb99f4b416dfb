import { idWords } from '../../csv/record-id.js';
import { RecordGroups } from '../../files/record-groups.js';
import { compareKeys, RecordSorter } from '../../files/record-sorter.js';

/** An id, a key, and whether the key is one that a person may have changed; or a key, an id, and whether it was. */
const shape = { words: 2 * idWords + 1, keyWords: idWords };
const markAt = 2 * idWords;
const none = new Uint32Array(idWords);

/** Finds records that were given the keys of others, in constant memory. Of several keys of a record the last one counts. */
export class RecordKeys implements Disposable {
  readonly #byId: RecordSorter;
  readonly #byKey: RecordSorter;
  readonly #entry = new Uint32Array(shape.words);

  /** @param path of temporary files */
  constructor(path: string) {
    this.#byId = new RecordSorter({ path: `${path}.ids`, ...shape });
    this.#byKey = new RecordSorter({ path: `${path}.keys`, ...shape });
  }

  /**
   * @param key a hash; absent: the record has none
   * @param isEdited it may have been changed since the record's key before
   */
  add(id: Uint32Array, key: Uint32Array = none, isEdited = false): void {
    this.#put(this.#byId, [id, key], isEdited);
  }

  /**
   * Records that have lost their keys, and records whose keys were changed to what others have, each with one of these. Both
   * are valid until the next ones are asked for.
   */
  *clashes(): Generator<[id: Uint32Array, other?: Uint32Array], void, undefined> {
    for (const group of new RecordGroups(this.#byId.sorted(), shape)) {
      const last = group.length - shape.words;
      const key = keyAt(group, last);
      const isNone = compareKeys(key, none, idWords) === 0;
      const isEdited = group[last + markAt] === 1;
      const isSame = last > 0 && compareKeys(keyAt(group, last - shape.words), key, idWords) === 0;
      if (!isNone) this.#put(this.#byKey, [key, group.subarray(0, idWords)], isEdited && !isSame);
      else if (last > 0 && isEdited && !isSame) yield [group.subarray(0, idWords)];
    }
    for (const group of new RecordGroups(this.#byKey.sorted(), shape)) {
      if (group.length === shape.words) continue;
      for (let at = 0; at < group.length; at += shape.words)
        if (group[at + markAt] === 1) yield [keyAt(group, at), keyAt(group, at === 0 ? shape.words : 0)];
    }
  }

  [Symbol.dispose](): void {
    this.#byId.close();
    this.#byKey.close();
  }

  #put(sorter: RecordSorter, [first, second]: readonly [Uint32Array, Uint32Array], isMarked: boolean): void {
    this.#entry.set(first);
    this.#entry.set(second, idWords);
    this.#entry[markAt] = isMarked ? 1 : 0;
    sorter.add(this.#entry);
  }
}

/** What follows the first three numbers of an entry. */
function keyAt(group: Uint32Array, at: number): Uint32Array {
  return group.subarray(at + idWords, at + 2 * idWords);
}
