import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { onDisk } from '../../files/disk-full.js';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { ByteSink } from '../../output/byte-sink.js';
import type { SourceFile } from '../../run/record.js';
import { cellsOf } from '../model/result-sets.js';
import { readLeftOut } from '../plan/left-out.js';
import { FileNumbers } from './place-index.js';

/** Where a row of a spool was in the user's own input; row 0 where that is not known. */
export type SpoolPlace = { readonly file: string; readonly row: number };

const unknownPlace: SpoolPlace = { file: '', row: 0 };
const mostRow = 0xffffffff;

/** Reads the places that the rows of a result file say of themselves. */
export function placeReader(header: readonly string[]): {
  /** Whether the file has columns for them. */
  readonly hasPlaces: boolean;
  readonly placeOf: (record: CsvRecord) => SpoolPlace;
} {
  const [file = -1, row = -1] = cellsOf(header, ['source__File', 'source__Row']);
  const hasPlaces = file >= 0 && row >= 0;
  const placeOf = (record: CsvRecord): SpoolPlace => {
    const text = hasPlaces ? cellText(record, row).trim() : '';
    const number = /^\d{1,10}$/.test(text) ? Number(text) : 0;
    return number > 0 && number <= mostRow ? { file: cellText(record, file), row: number } : unknownPlace;
  };
  return { hasPlaces, placeOf };
}

const entryBytes = 8;
const entriesInWindow = 8 * 1024;

/**
 * Keeps the places of a spool's rows beside it: the names of the files as a line of JSON, then two numbers of 32 bits a row,
 * the index of the file's name and the row. The names are known last, so that the numbers are in a file of their own first.
 */
export class PlacesWriter {
  readonly #path: string;
  readonly #numbers: FileHandle;
  readonly #names = new FileNumbers();
  readonly #out = new ByteSink();

  private constructor(path: string, numbers: FileHandle) {
    this.#path = path;
    this.#numbers = numbers;
  }

  static async open(path: string): Promise<PlacesWriter> {
    return new PlacesWriter(path, await open(`${path}.numbers`, 'w', 0o600));
  }

  /** Gathers a place until the next `flush`. */
  add({ file, row }: SpoolPlace): void {
    this.#out.reserve(entryBytes);
    this.#out.length = this.#out.bytes.writeUInt32LE(this.#names.numberOf(file), this.#out.length);
    this.#out.length = this.#out.bytes.writeUInt32LE(row, this.#out.length);
  }

  async flush(): Promise<void> {
    await onDisk(this.#path, () => this.#numbers.appendFile(this.#out.take()));
  }

  /** Brings names and numbers together. */
  async commit(): Promise<void> {
    await this.flush();
    const whole = await open(this.#path, 'w', 0o600);
    await onDisk(this.#path, async () => {
      await whole.appendFile(`${JSON.stringify(this.#names.names)}\n`);
      await pipeline(createReadStream(`${this.#path}.numbers`), whole.createWriteStream());
    });
    await rm(`${this.#path}.numbers`);
  }

  async close(): Promise<void> {
    await this.#numbers.close();
  }
}

/** Finds the places of a source's rows. To be disposed. */
export type Places = Disposable & {
  /** @param row of the source, from 1 */
  placeOf(row: number): SpoolPlace;
};

export async function openPlaces({ name, places, leftOut }: SourceFile): Promise<Places> {
  if (places !== undefined) return placesIn(places);
  const rowInInput = leftOut === undefined ? (row: number) => row : await readLeftOut(leftOut);
  return {
    placeOf: (row) => ({ file: name, row: rowInInput(row) }),
    [Symbol.dispose]: () => undefined,
  };
}

/** The places that a `PlacesWriter` has written into a file. */
export function placesIn(path: string): Places {
  return new PlacesReader(path);
}

/** Reads the places of a spool's rows, in their order or nearly so, in constant memory. */
class PlacesReader implements Places {
  readonly #fd: number;
  readonly #names: readonly string[];
  readonly #start: number;
  readonly #window = Buffer.alloc(entriesInWindow * entryBytes);
  /** The number of the first row in the window, from 0. */
  #first = 0;
  #rows = 0;

  constructor(path: string) {
    this.#fd = openSync(path, 'r');
    const line = readLine(this.#fd);
    this.#start = line.length + 1;
    this.#names = JSON.parse(line.toString('utf8')) as string[];
  }

  placeOf(row: number): SpoolPlace {
    const index = row - 1;
    if (index < this.#first || index >= this.#first + this.#rows) this.#load(index);
    const at = (index - this.#first) * entryBytes;
    return {
      file: this.#names[this.#window.readUInt32LE(at)] ?? '',
      row: this.#window.readUInt32LE(at + entryBytes / 2),
    };
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  #load(index: number): void {
    const bytes = readSync(this.#fd, this.#window, 0, this.#window.length, this.#start + index * entryBytes);
    this.#first = index;
    this.#rows = Math.floor(bytes / entryBytes);
  }
}

/** The first line of a file, without its newline. */
function readLine(fd: number): Buffer {
  const pieces: Buffer[] = [];
  for (let position = 0; ;) {
    const piece = Buffer.alloc(64 * 1024);
    const bytes = readSync(fd, piece, 0, piece.length, position);
    const end = piece.subarray(0, bytes).indexOf('\n');
    pieces.push(piece.subarray(0, end < 0 ? bytes : end));
    if (end >= 0 || bytes === 0) return Buffer.concat(pieces);
    position += bytes;
  }
}
