import type { DescribeField } from '../../api/types.js';
import { QUOTE } from './ascii.js';
import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { Hash64 } from './hash.js';
import { isNullMark } from './null-mark.js';

/** How the service compares the values of a key field. */
export type KeyKind = 'id' | 'exact' | 'any-case' | 'number';

/** Describe tells `caseSensitive` for text keys; the library's own type of a field does not name it. */
type KeyField = DescribeField & { readonly caseSensitive?: boolean };

export function keyKind(field: KeyField): KeyKind {
  if (field.type === 'id' || field.type === 'reference') return 'id';
  if (field.type === 'double' || field.type === 'int') return 'number';
  return field.caseSensitive === true ? 'exact' : 'any-case';
}

/** A key in the one spelling that stands for all its spellings: equal texts are the same record to the service. */
export function keyText(value: string, kind: KeyKind): string {
  switch (kind) {
    case 'id':
      // The last three of 18 characters only tell the case of the first 15.
      return value.slice(0, idCharacters);
    case 'exact':
      return value;
    case 'any-case':
      return value.toLowerCase();
    case 'number':
      return value.trim() === '' || Number.isNaN(Number(value)) ? value : String(Number(value));
  }
}

const idCharacters = 15;

/** Hashes keys by their bytes. Cells with the same `keyText` have the same hash, and reading them allocates nothing. */
export class KeyHasher {
  readonly #kind: KeyKind;
  readonly #hash = new Hash64();

  constructor(kind: KeyKind) {
    this.#kind = kind;
  }

  get high(): number {
    return this.#hash.high;
  }

  get low(): number {
    return this.#hash.low;
  }

  /**
   * Sets `high` and `low` for the key in a cell.
   * @returns false when the cell holds no key, being empty or `#N/A`
   */
  hash(record: CsvRecord, index: number): boolean {
    if (index >= record.count) return false;
    const { bytes } = record;
    let start = record.starts[index] ?? 0;
    let end = record.ends[index] ?? 0;
    if (bytes[start] === QUOTE && end - start > 1) {
      start++;
      end--;
    }
    if (start === end || isNullMark(bytes, start, end)) return false;
    if (!this.#hashBytes(bytes, start, end)) this.#hashText(cellText(record, index));
    return true;
  }

  /** Hashes bytes as they are; false when their text has to be looked at. */
  #hashBytes(bytes: Buffer, start: number, end: number): boolean {
    const length = end - start;
    if (this.#kind === 'number' && (length > exactDigits || bytes[start] === ZERO)) return false;
    const to = this.#kind === 'id' && length > idCharacters ? start + idCharacters : end;
    this.#hash.start();
    for (let at = start; at < to; at++) {
      const byte = bytes[at] ?? 0;
      if (!this.#isPlain(byte)) return false;
      this.#hash.byte(this.#fold(byte));
    }
    this.#hash.end();
    return true;
  }

  /** Whether a byte means itself. Others, and doubled quotes, need the text. */
  #isPlain(byte: number): boolean {
    if (this.#kind === 'number') return byte >= ZERO && byte <= NINE;
    return byte < FIRST_BEYOND_ASCII && byte !== QUOTE;
  }

  #fold(byte: number): number {
    return this.#kind === 'any-case' && byte >= CAPITAL_A && byte <= CAPITAL_Z ? byte | 0x20 : byte;
  }

  #hashText(value: string): void {
    this.#hash.start();
    for (const byte of Buffer.from(keyText(value, this.#kind))) this.#hash.byte(byte);
    this.#hash.end();
  }
}

/** Numbers of so many digits are exact in a double, so their text is the one that `String` gives them. */
const exactDigits = 15;
const ZERO = 0x30;
const NINE = 0x39;
const CAPITAL_A = 0x41;
const CAPITAL_Z = 0x5a;
const FIRST_BEYOND_ASCII = 0x80;
