import { hash } from 'node:crypto';
import type { CsvRecord } from '../csv/record-tokenizer.js';
import { keyText } from '../load/check/key.js';
import { canonicalValue } from '../load/keys/canonical.js';
import type { CopyMatch, CopyObject, MatchKind } from '../run/copy-record.js';
import { idWords } from '../csv/record-id.js';
import { templateOf, type RowTemplate } from './row-template.js';

/** What is known of a record's key. `empty`: it has none. `new`: it names a record that the target has not got. */
export type MatchKeyState = 'empty' | 'new' | 'key';

/** A value of a key in the one spelling that stands for all that the target takes for the same; empty for null. */
export function matchText(value: string, kind: MatchKind): string {
  // The service stores texts without the blanks around them.
  const text = value.trim();
  if (text === '' || text === '#N/A') return '';
  if (kind === 'datetime') return canonicalValue(text);
  return keyText(text, kind === 'boolean' ? 'any-case' : kind);
}

/** Makes the values of an object's key out of the records of the source. */
export function keyValues({ match, set }: CopyObject, columns: readonly string[]): RowTemplate[] {
  return (match?.fields ?? []).map(({ field }) => templateOf(set[field] ?? `\${${field}}`, columns));
}

export type MatchKeySetup = {
  readonly match: CopyMatch;
  /** One for each field of the key. */
  readonly values: readonly RowTemplate[];
  /** Makes the text of the target out of one of the source, by the field's place; undefined where it has none. */
  readonly translate?: (place: number, text: string) => string | undefined;
};

/** Brings the key of one record after the other to 96 bits: those of equal keys are the same on both sides. */
export class MatchKeyReader {
  /** Of the record that was read last. */
  readonly words = new Uint32Array(idWords);
  readonly #setup: MatchKeySetup;

  constructor(setup: MatchKeySetup) {
    this.#setup = setup;
  }

  /** Sets `words` where the record has a key. A key is empty when each of its values is. */
  read(record: CsvRecord): MatchKeyState {
    const { match, values, translate } = this.#setup;
    let key = '';
    let isEmpty = true;
    for (const [place, { compare }] of match.fields.entries()) {
      const own = matchText(values[place]?.(record) ?? '', compare);
      if (own !== '') isEmpty = false;
      const text = own === '' || translate === undefined ? own : translate(place, own);
      if (text === undefined) return 'new';
      // With its length before it, so that "ab" and "c" are not "a" and "bc".
      key += `${text.length}:${text}`;
    }
    if (isEmpty) return 'empty';
    setHash(key, this.words);
    return 'key';
  }
}

/** Of a single value; the same for all spellings of it. */
export function hashKey(value: string, kind: MatchKind): Uint32Array {
  const words = new Uint32Array(idWords);
  setHash(matchText(value, kind), words);
  return words;
}

function setHash(key: string, words: Uint32Array): void {
  // As a text of bytes: a buffer for each key would lie outside of the heap, and stay for long.
  const digest = hash('sha256', key, 'binary');
  for (let word = 0; word < idWords; word++) words[word] = wordAt(digest, word * 4);
}

function wordAt(bytes: string, at: number): number {
  const byte = (index: number): number => bytes.charCodeAt(at + index);
  return ((byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3)) >>> 0;
}
