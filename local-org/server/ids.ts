import { randomInt } from 'node:crypto';
import { encodeNumber, idSuffix, normalizeId, podLength, podOf, radix } from '../data/store/ids.ts';

/** The 18-character form of an id. */
export function to18(id: string): string {
  return id.length === 15 ? id + idSuffix(id) : id;
}

/** The part of an id that identifies: requests may use 15 or 18 characters. */
export function idKey(id: string): string {
  return id.slice(0, 15);
}

/** An id for a new org, such as `00Dq7Xe00000001EAA`: no other org of this machine is likely to have it. */
export function randomOrgId(): string {
  return to18(`00D${encodeNumber(randomInt(radix ** podLength), podLength)}00000001`);
}

/** @throws Error unless it is the id of an org, of 15 or 18 characters */
export function requireOrgId(text: string): string {
  const id = text.startsWith('00D') ? normalizeId(text) : undefined;
  if (id === undefined) throw new Error(`An org id is 00D and 12 or 15 letters and digits, not "${text}"`);
  return id;
}

/** Makes the 18-character ids of one key prefix of an org, in order: `750Lo0000000001AAA`. */
export function idMaker(keyPrefix: string, orgId: string): () => string {
  let last = 0;
  return () => to18(keyPrefix + podOf(orgId) + encodeNumber(++last, 8));
}
