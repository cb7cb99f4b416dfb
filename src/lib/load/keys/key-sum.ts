import type { IngestOperation } from '../../api/types.js';
import { cellText } from '../../csv/cells.js';
import type { RowSum } from '../../csv/scan.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { canonicalValue, isLongId, looksTyped } from './canonical.js';
import { isDigit, QUOTE } from '../../csv/bytes.js';
import { byteTable, Hash64 } from './hash.js';

/** Which column tells the rows of a load apart, by its name; inserts have none. */
export function keyNameOf(operation: IngestOperation, externalId: string | undefined): string | undefined {
  return operation === 'insert' ? undefined : (externalId ?? 'Id');
}

/**
 * A checksum of keys that does not depend on their order: the sum of their 64-bit hashes. Of two sets of rows that have
 * different keys, or the same ones in other numbers, it differs, but for a chance of one in 10^19.
 */
export class KeySum implements RowSum {
  readonly #cell: number;
  readonly #key: KeyReader;
  #high = 0;
  #low = 0;

  /** @param cell the index of the key's cell, the column of which has this name */
  constructor(cell: number, name: string) {
    this.#cell = cell;
    this.#key = new KeyReader(name);
  }

  add(record: CsvRecord): void {
    if (!this.#key.read(record, this.#cell)) return;
    const low = this.#low + this.#key.low;
    this.#low = low >>> 0;
    this.#high = (this.#high + this.#key.high + (low > 0xffffffff ? 1 : 0)) >>> 0;
  }

  /** The checksum of the rows since the last time, as 16 hexadecimal digits. */
  take(): string {
    const sum = hex(this.#high) + hex(this.#low);
    this.#high = 0;
    this.#low = 0;
    return sum;
  }
}

/** The checksum of no rows. */
export const noKeys = '0'.repeat(16);

/** The checksum of the keys in the column of this name, as it is uploaded and returned; undefined where there is none. */
export function keySumIn(columns: readonly string[], keyName: string | undefined): KeySum | undefined {
  const cell = keyName === undefined ? -1 : columns.findIndex((name) => isSameName(name, keyName));
  return keyName === undefined || cell < 0 ? undefined : new KeySum(cell, keyName);
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The checksum of all rows together; undefined where one of the checksums is missing. */
export function addKeySums(sums: ReadonlyArray<string | undefined>): string | undefined {
  let total = 0n;
  for (const sum of sums) {
    if (sum === undefined) return undefined;
    total += BigInt(`0x${sum}`);
  }
  return BigInt.asUintN(64, total).toString(16).padStart(16, '0');
}

const idCharacters = 15;
/** Whole numbers of so many digits are the same text before and after the service has rewritten them. */
const exactDigits = 15;

/**
 * Reads the keys of rows, in the one spelling that a key has before and after the service has rewritten it (see
 * `canonicalValue`), and the same in any case but for ids. Allocates nothing for most keys.
 */
export class KeyReader {
  readonly #isId: boolean;
  readonly #hash = new Hash64();

  constructor(name: string) {
    this.#isId = name.toLowerCase() === 'id';
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
  read(record: CsvRecord, cell: number): boolean {
    if (cell < 0 || cell >= record.count) return false;
    const { bytes } = record;
    let start = record.starts[cell] ?? 0;
    let end = record.ends[cell] ?? 0;
    if (bytes[start] === QUOTE && end - start > 1) {
      start++;
      end--;
    }
    if (start === end) return false;
    return this.#readBytes(bytes, start, end) || this.#readText(cellText(record, cell));
  }

  /** The key in the spelling that is hashed. */
  spell(value: string): string {
    const text = value.trim();
    if (text === '#N/A') return '';
    if (this.#isId) return text.slice(0, idCharacters);
    // A text that looks like an id is still a text, which the service returns as it is.
    return (isLongId(text) ? text : canonicalValue(text)).toLowerCase();
  }

  /** Hashes bytes that are the key's spelling; false when its text has to be looked at. */
  #readBytes(bytes: Buffer, start: number, end: number): boolean {
    const first = bytes[start] ?? 0;
    if (first === HASH_SIGN || first <= SPACE || (bytes[end - 1] ?? 0) <= SPACE) return false;
    if (this.#isId) return this.#hash.hash(bytes, { start, end: Math.min(end, start + idCharacters) }, ascii);
    if (first <= NINE && looksTyped(bytes, start, end)) {
      const isExact = end - start <= exactDigits && (first !== ZERO || end - start === 1);
      return isExact && this.#hash.hash(bytes, { start, end }, digits);
    }
    return this.#hash.hash(bytes, { start, end }, asciiAnyCase);
  }

  #readText(value: string): boolean {
    const bytes = Buffer.from(this.spell(value));
    this.#hash.hash(bytes, { start: 0, end: bytes.length }, everyByte);
    return bytes.length > 0;
  }
}

const SPACE = 0x20;
const HASH_SIGN = 0x23;
const ZERO = 0x30;
const NINE = 0x39;

/** Bytes that stand for themselves. Characters beyond ASCII and doubled quotes need the text. */
const ascii = byteTable((byte) => (byte < 0x80 && byte !== QUOTE ? byte : undefined));
const asciiAnyCase = byteTable((byte) =>
  byte < 0x80 && byte !== QUOTE ? String.fromCharCode(byte).toLowerCase().charCodeAt(0) : undefined,
);
const digits = byteTable((byte) => (isDigit(byte) ? byte : undefined));
const everyByte = byteTable((byte) => byte);

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
