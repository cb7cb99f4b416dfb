import { IdMap } from '../../files/id-map.js';
import { idWords } from '../../csv/record-id.js';

/** What is known of a record: the id that it has in the target; `held` where it has none; undefined where it isn't copied. */
export type KnownRecord = Uint32Array | 'held' | undefined;

/** What became of a record that was sent and has no id in the target. */
export type SentMark = 'failed' | 'unprocessed';

/** The marks, by the number that stands for each; undefined: it is not known, or was held. */
export const sentMarks: ReadonlyArray<SentMark | undefined> = [undefined, 'failed', 'unprocessed'];

const values = sentMarks.map((_, mark) => Uint32Array.of(0, 0, mark));

/** What a map has in the place of the id of a record that was sent. */
export function markOf(mark: SentMark): Uint32Array | undefined {
  return values[sentMarks.indexOf(mark)];
}

/** Whether the value of a map is an id: none has nothing but zeros in its first five characters. */
export function isTarget(value: Uint32Array, at = 0): boolean {
  return value[at] !== 0;
}

/** The maps from ids of the source to ids of the target, by object. What a later step has mapped counts. */
export class CopyMaps {
  readonly #maps = new Map<string, IdMap[]>();

  get isEmpty(): boolean {
    return this.#maps.size === 0;
  }

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
      if (isTarget(value)) return value;
      isHeld = true;
    }
    return isHeld ? 'held' : undefined;
  }

  /** As what a record without an id in the target was sent; undefined where it never was, and where it has an id. */
  sentAs(object: string, id: Uint32Array): SentMark | undefined {
    for (const map of this.#maps.get(object) ?? []) {
      const value = map.get(id);
      if (value === undefined) continue;
      if (isTarget(value)) return undefined;
      const mark = sentMarks[value[idWords - 1] ?? 0];
      if (mark !== undefined) return mark;
    }
    return undefined;
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

type Known = {
  readonly maps: CopyMaps;
  /** Records that were matched before anything was sent. */
  readonly matches: CopyMaps;
  /** What earlier copies know, of other records too. */
  readonly known: CopyMaps;
};

/**
 * What a lookup to a record finds. A record that the target had before the copy is there, whatever becomes of its update: what
 * refers to it need not wait.
 */
export function findParent(object: string, id: Uint32Array, { maps, matches, known }: Known): KnownRecord {
  const loaded = maps.find(object, id);
  if (loaded instanceof Uint32Array) return loaded;
  const matched = matches.find(object, id);
  if (matched instanceof Uint32Array) return matched;
  return loaded ?? known.find(object, id);
}
