import type { DescribeField } from '../../api/types.js';
import { isDigit, QUOTE, isNullMark } from '../../csv/bytes.js';
import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { numberText } from './number-rule.js';
import { byteTable, Hash64, type ByteTable } from '../keys/hash.js';

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
      // `Number` takes `0x10` and more, too, which the service does not.
      return numberText.test(value.trim()) ? String(Number(value)) : value;
  }
}

const idCharacters = 15;

/** Hashes keys by their bytes. Cells with the same `keyText` have the same hash, and reading them allocates nothing. */
export class KeyHasher {
  readonly #kind: KeyKind;
  readonly #table: ByteTable;
  readonly #hash = new Hash64();

  constructor(kind: KeyKind) {
    this.#kind = kind;
    this.#table = tables[kind];
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
    const cut = this.#kind === 'id' && length > idCharacters;
    return this.#hash.hash(bytes, { start, end: cut ? start + idCharacters : end }, this.#table);
  }

  #hashText(value: string): void {
    const bytes = Buffer.from(keyText(value, this.#kind));
    this.#hash.hash(bytes, { start: 0, end: bytes.length }, everyByte);
  }
}

/** Numbers of so many digits are exact in a double, so their text is the one that `String` gives them. */
const exactDigits = 15;
const ZERO = 0x30;

/** Bytes that stand for themselves in a raw cell. Characters beyond ASCII and doubled quotes need the text. */
const ascii = byteTable((byte) => (byte < 0x80 && byte !== QUOTE ? byte : undefined));
const asciiAnyCase = byteTable((byte) => (byte < 0x80 && byte !== QUOTE ? lowerCase(byte) : undefined));
const digits = byteTable((byte) => (isDigit(byte) ? byte : undefined));
const everyByte = byteTable((byte) => byte);

const tables: Readonly<Record<KeyKind, ByteTable>> = {
  id: ascii,
  // Quotes are doubled in every spelling of a value that has them, so the raw bytes will do.
  exact: everyByte,
  'any-case': asciiAnyCase,
  number: digits,
};

function lowerCase(byte: number): number {
  return String.fromCharCode(byte).toLowerCase().charCodeAt(0);
}
