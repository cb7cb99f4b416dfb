import { closeSync, fstatSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { recordTexts } from '../../csv/cells.js';
import { idWords } from '../../csv/record-id.js';
import { RecordReader } from '../../csv/record-reader.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { Bulk2Error } from '../../errors.js';
import { readFully } from '../../files/record-sorter.js';
import { fileChunks } from '../../files/file-chunks.js';

export type SentRows = {
  /** The rows that were sent, as CSV with commas. */
  readonly rowsPath: string;
  /** The ids of their records in the source, in the same order: twelve bytes each. */
  readonly idsPath: string;
};

/**
 * Reads the rows that were sent, and beside them the ids of their records, each valid during the call only.
 * @throws Bulk2Error there are more of the ones than of the others
 */
export async function readSentRows(
  { rowsPath, idsPath }: SentRows,
  visit: (record: CsvRecord, id: Uint32Array) => void,
): Promise<void> {
  const id = new Uint32Array(idWords);
  const chunks = fileChunks(rowsPath);
  const reader = new RecordReader(chunks, ',');
  const requireTogether = (isSame: boolean): void => {
    if (!isSame) throw new Bulk2Error(`${rowsPath} and ${idsPath} don't belong together.`);
  };
  try {
    await reader.read(1, () => undefined);
    for await (const batch of idBatches(idsPath)) {
      let at = 0;
      const wanted = batch.length / idWords;
      const read = await reader.read(wanted, (record) => {
        for (let word = 0; word < idWords; word++) id[word] = batch[at++] ?? 0;
        visit(record, id);
      });
      requireTogether(read === wanted);
    }
    requireTogether((await reader.read(1, () => undefined)) === 0);
  } finally {
    await chunks.return();
  }
}

const batchIds = 8_192;

/** The numbers of the ids in a file, twelve bytes each, in their order; valid until the next ones are asked for. */
async function* idBatches(path: string): AsyncGenerator<Uint32Array, void, undefined> {
  const file = await open(path);
  const words = new Uint32Array(batchIds * idWords);
  const bytes = new Uint8Array(words.buffer);
  try {
    for (let position = 0, filled = 0; ; position += filled) {
      filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      if (filled === 0) return;
      yield words.subarray(0, Math.floor(filled / 4));
    }
  } finally {
    await file.close();
  }
}

/** The names of the columns of a CSV file with commas. */
export async function readColumns(path: string): Promise<string[]> {
  const bytes = fileChunks(path);
  let columns: string[] = [];
  await new RecordReader(bytes, ',').read(1, (record) => {
    columns = recordTexts(record);
  });
  await bytes.return();
  return columns;
}

/** The records of the rows that a step has sent, by `source__Row`. */
export class SentIds implements Disposable {
  readonly #file: number;
  readonly #count: number;
  readonly #id = new Uint32Array(idWords);

  /** @param path of the step's ids */
  constructor(path: string) {
    this.#file = openSync(path, 'r');
    this.#count = fstatSync(this.#file).size / idBytes;
  }

  /** The record of a row, valid until the next call; undefined where there is no such row. */
  at(row: number): Uint32Array | undefined {
    if (row < 1 || row > this.#count) return undefined;
    readFully(this.#file, new Uint8Array(this.#id.buffer), (row - 1) * idBytes);
    return this.#id;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}

const idBytes = 4 * idWords;
