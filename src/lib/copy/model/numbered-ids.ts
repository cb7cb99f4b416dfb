import { readId, readLongId } from '../../csv/record-id.js';
import type { CopyObject } from '../../run/copy-record.js';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const prefixLength = 3;
const idLength = 15;

/** What ids of records begin with that have none of their own; no object of an org has such a prefix. */
export function numberedPrefix(place: number): string {
  return `zz${digits[place % digits.length] ?? '0'}`;
}

/** The id of a record of a file, by its number from 1. */
export function numberedId(prefix: string, number: number): string {
  let text = '';
  for (let left = number; left > 0; left = Math.floor(left / digits.length))
    text = (digits[left % digits.length] ?? '0') + text;
  return prefix + text.padStart(idLength - prefixLength, '0');
}

/** What a record of the source is called in results: its id, or its number in the files where it has none. */
export function sourceName({ file }: Pick<CopyObject, 'file'>, id: Uint32Array): string {
  return file?.isNumbered === true ? numberIn(readId(id)) : readLongId(id);
}

/** What ids of the source are called in results; undefined where each record has one of its own. */
export function numberNames({
  objects,
}: {
  readonly objects: ReadonlyArray<Pick<CopyObject, 'file' | 'keyPrefix'>>;
}): ((id: string) => string) | undefined {
  const prefixes = objects.flatMap(({ file, keyPrefix }) => (file?.isNumbered === true ? [keyPrefix] : []));
  if (prefixes.length === 0) return undefined;
  return (id) => (prefixes.includes(id.slice(0, prefixLength)) ? numberIn(id.slice(0, idLength)) : id);
}

/** A value as people know it: the number of a record that has no id of its own, and any other one as it is. */
export function knownText(text: string): string {
  return /^zz[0-9A-Za-z]{13}(?:[A-Z0-5]{3})?$/.test(text) ? numberIn(text.slice(0, idLength)) : text;
}

function numberIn(id: string): string {
  let number = 0;
  for (const digit of id.slice(prefixLength)) number = number * digits.length + digits.indexOf(digit);
  return String(number);
}
