import { idSuffix } from '../data/store/ids.ts';

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

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
  return () => {
    let rest = ++last;
    let digits = '';
    while (digits.length < 8) {
      digits = base62.charAt(rest % 62) + digits;
      rest = Math.floor(rest / 62);
    }
    return to18(`${prefix}Lo00${digits}`);
  };
}
