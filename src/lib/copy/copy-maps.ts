import { IdMap } from '../files/id-map.js';
import { idWords } from '../csv/record-id.js';

/** What is known of a record: the id that it has in the target; `held` where it has none; undefined where it isn't copied. */
export type KnownRecord = Uint32Array | 'held' | undefined;

/** The maps from ids of the source to ids of the target, by object. What a later step has mapped counts. */
export class CopyMaps {
  readonly #maps = new Map<string, IdMap[]>();

  /** Opens one more map of an object's records, made after those that are here. */
  add(object: string, path: string): void {
    this.#maps.set(object, [IdMap.open(path), ...(this.#maps.get(object) ?? [])]);
  }

  /** @returns numbers that are valid until the next call */
  find(object: string, id: Uint32Array): KnownRecord {
    let isHeld = false;
    for (const map of this.#maps.get(object) ?? []) {
      const value = map.get(id);
      if (value === undefined) continue;
      if (!isZero(value)) return value;
      isHeld = true;
    }
    return isHeld ? 'held' : undefined;
  }

  /** The maps of an object, the newest first. */
  of(object: string): readonly IdMap[] {
    return this.#maps.get(object) ?? [];
  }

  close(): void {
    for (const map of [...this.#maps.values()].flat()) map.close();
    this.#maps.clear();
  }
}

function isZero(value: Uint32Array): boolean {
  for (let word = 0; word < idWords; word++) if (value[word] !== 0) return false;
  return true;
}
