import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { recordTexts } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { Bulk2Error, RowCountError } from '../../errors.js';
import { hashOf } from '../../files/file-facts.js';
import { manifestFileName, type DatasetManifest } from '../../output/dataset-manifest.js';
import { fileChunks } from '../../files/file-chunks.js';

/** Takes a record that was exported; valid during the call only. Rows are counted from 0, over all files. */
export type VisitExported = (record: CsvRecord, row: number) => void;

/** The records of an object in the folder that they were exported to, in an order that stays the same. */
export class ExportedRecords {
  readonly folder: string;
  readonly rows: number;
  readonly columns: readonly string[];
  readonly #parts: DatasetManifest['parts'];

  private constructor(folder: string, { rows, schema, parts }: DatasetManifest) {
    this.folder = folder;
    this.rows = rows;
    this.columns = schema.map(({ name }) => name);
    this.#parts = parts;
  }

  /** @throws Bulk2Error the folder has not got what its manifest says */
  static async open(folder: string): Promise<ExportedRecords> {
    const manifest = await readManifest(folder);
    if (manifest.format !== 'csv' || manifest.isGzip) {
      throw new Bulk2Error(`The export in ${folder} isn't plain CSV.`, {
        actions: ['Export it again with --result-format csv, or let "sf bulk2 copy --output-dir" make it.'],
      });
    }
    for (const { file, bytes } of manifest.parts) {
      const found = await stat(join(folder, file)).catch(() => undefined);
      if (found?.size === bytes) continue;
      throw new Bulk2Error(`${join(folder, file)} is gone, or has changed since it was exported.`, {
        actions: ['Start the copy again.'],
      });
    }
    return new ExportedRecords(folder, manifest);
  }

  get bytes(): number {
    return this.#parts.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** What tells whether it is still the same export: the hash of its manifest, which has those of its files. */
  static manifestHash(folder: string): Promise<string> {
    return hashOf(join(folder, manifestFileName));
  }

  /** The index of a column by its name, whatever its case; -1 where there is none. */
  indexOf(column: string): number {
    const wanted = column.toLowerCase();
    return this.columns.findIndex((name) => name.toLowerCase() === wanted);
  }

  /**
   * Visits every record once, in constant memory.
   * @param pause awaited now and then between two records, for what the visitor has gathered
   * @throws RowCountError there are more or fewer than the manifest says
   */
  async scan(visit: VisitExported, pause?: () => Promise<void>): Promise<void> {
    let row = 0;
    for (const { file } of this.#parts) {
      const reader = new RecordReader(fileChunks(join(this.folder, file)), ',');
      await reader.read(1, (header) => {
        this.#requireSameColumns(recordTexts(header), file);
      });
      await reader.read(
        Infinity,
        (record) => {
          visit(record, row);
          row += 1;
        },
        pause,
      );
    }
    if (row !== this.rows) {
      throw new RowCountError(`${this.folder} has ${row} records, and its manifest says ${this.rows}.`, {
        data: { expected: this.rows, received: row },
      });
    }
  }

  #requireSameColumns(header: readonly string[], file: string): void {
    if (header.join() === this.columns.join()) return;
    throw new Bulk2Error(`${join(this.folder, file)} has other columns than its manifest: ${header.join()}`);
  }
}

async function readManifest(folder: string): Promise<DatasetManifest> {
  const path = join(folder, manifestFileName);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as DatasetManifest;
  } catch (cause) {
    throw new Bulk2Error(`${folder} isn't a complete export: ${path} can't be read.`, { cause });
  }
}
