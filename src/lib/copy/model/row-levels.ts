import { readFile } from 'node:fs/promises';
import { RowCountError } from '../../errors.js';
import { isThere } from '../../files/file-facts.js';
import { PartFile } from '../../files/part-file.js';
import { writeWhole } from '../../files/write-whole.js';

/** Which lookups of a record to its own object find their parents when it is loaded. */
export type FollowedSelf = 'all' | 'required' | 'none';

const laterBit = 0x80_00;
const inCircle = 0xff_ff;
/** What older copies have in the place of the bit. */
const laterLevel = 0xff;

/** When each record of an object that refers to itself is loaded, by row: two bytes a record. */
export class RowLevels {
  readonly #words: Uint16Array;

  constructor(words: Uint16Array) {
    this.#words = words;
  }

  /**
   * @param rows of the object
   * @returns undefined where there is no file
   * @throws RowCountError it is of other rows
   */
  static async read(path: string, rows: number): Promise<RowLevels | undefined> {
    if (!(await isThere(path))) return undefined;
    const bytes = new Uint8Array(await readFile(path));
    // Older copies have a byte a record.
    if (bytes.length === rows)
      return new RowLevels(Uint16Array.from(bytes, (level) => (level === laterLevel ? laterBit : level)));
    if (bytes.length === 2 * rows) return new RowLevels(new Uint16Array(bytes.buffer));
    throw new RowCountError(`The levels of ${rows} records of this copy are damaged: ${path}.`, {
      actions: ['Abort the copy and start it again; what it created stays: sf bulk2 job abort'],
      data: { path, rows },
    });
  }

  async write(path: string): Promise<void> {
    const { buffer, byteOffset, byteLength } = this.#words;
    const bytes = Buffer.from(buffer, byteOffset, byteLength);
    await writeWhole(await PartFile.open(path), (file) => file.write(bytes));
  }

  /** The records that it is loaded with: those of level 0 come first. */
  of(row: number): number {
    const word = this.#words[row] ?? 0;
    return word === inCircle ? 0 : word & ~laterBit;
  }

  set(row: number, level: number): void {
    this.#words[row] = level | ((this.#words[row] ?? 0) & laterBit);
  }

  setLater(row: number): void {
    this.#words[row] = laterBit;
  }

  setInCircle(row: number): void {
    this.#words[row] = inCircle;
  }

  /** Whether lookups that need not have a value at once get it by an update. */
  isLater(row: number): boolean {
    const word = this.#words[row] ?? 0;
    return word !== inCircle && (word & laterBit) !== 0;
  }

  /** Whether it is in a circle of lookups that must have their values at once. */
  isInCircle(row: number): boolean {
    return this.#words[row] === inCircle;
  }

  follows(row: number): FollowedSelf {
    if (this.isInCircle(row)) return 'none';
    return this.isLater(row) ? 'required' : 'all';
  }

  /** Its place in an order in which parents by lookups that must have a value come before their children. */
  placeOf(row: number): number {
    return this.#words[row] ?? 0;
  }

  /** All places, each once, in their order. */
  places(): number[] {
    return [...new Set(this.#words)].sort((one, other) => one - other);
  }
}
