import { idSuffix, makeId } from '../data/store/ids.ts';

/** The 18-character form of an id. */
export function to18(id: string): string {
  return id.length === 15 ? id + idSuffix(id) : id;
}

/** The part of an id that identifies: requests may use 15 or 18 characters. */
export function idKey(id: string): string {
  return id.slice(0, 15);
}

/** Makes 18-character ids of one prefix, in order: `750Lo0000000001AAA`. */
export function idMaker(prefix: string): () => string {
  let last = 0;
  return () => makeId(prefix, ++last);
}
