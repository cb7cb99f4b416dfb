import { cellText } from '../../csv/cells.js';
import { RecordTokenizer, type CsvRecord } from '../../csv/record-tokenizer.js';
import { IdMap, IdMapWriter } from '../../files/id-map.js';
import { KeptReader } from '../../load/plan/kept-cells.js';
import { cellsOf } from '../../load/model/result-sets.js';
import { readColumns, readSentRows } from '../steps/sent-rows.js';
import type { StepPaths } from '../model/own-files.js';

/** A row among those that are taken, its number in its file, and that of the file. */
export type RowPlace = readonly [taken: number, number: number, file: number];

type Rows = {
  /** Of the rows that are taken, as `KeptWriter` has written them. */
  readonly lines: string;
  readonly columns: readonly string[];
  /** What was sent before. */
  readonly sent: Pick<StepPaths, 'rows' | 'ids'>;
};

/** Rows that don't say where they were: they are of their records only where they are what was sent of these. */
export class UnplacedRows implements Disposable {
  readonly #path: string;
  readonly #map: IdMapWriter;
  #count = 0;

  /** @param path of a temporary file */
  constructor(path: string) {
    this.#path = path;
    this.#map = new IdMapWriter(path);
  }

  add(id: Uint32Array, place: RowPlace): void {
    this.#count += 1;
    this.#map.add(id, new Uint32Array(place));
  }

  /** Visits the rows that are not what was sent, in constant memory. The id is valid during the call only. */
  async visitChanged(
    { lines, columns, sent }: Rows,
    visit: (id: Uint32Array, place: RowPlace) => void,
  ): Promise<void> {
    if (this.#count === 0) return;
    await this.#map.finish();
    const sentColumns = await readColumns(sent.rows);
    const names = [...columns, ...sentColumns];
    const cells = cellsOf(columns, names);
    const sentCells = cellsOf(sentColumns, names);
    using taken = new KeptReader(lines);
    const tokenizer = new RecordTokenizer(',');
    const map = IdMap.open(this.#path);
    try {
      await readSentRows({ rowsPath: sent.rows, idsPath: sent.ids }, (record, id) => {
        const [row, number = 0, file = 0] = map.get(id) ?? [];
        if (row === undefined) return;
        const line = taken.read(row);
        tokenizer.next(line, 0, { to: line.length, isEnd: true });
        const isSame = cells.every((cell, at) => textOf(tokenizer, cell) === textOf(record, sentCells[at]));
        if (!isSame) visit(id, [row, number, file]);
      });
    } finally {
      map.close();
    }
  }

  [Symbol.dispose](): void {
    this.#map.discard();
  }
}

function textOf(record: CsvRecord, cell = -1): string {
  return cell < 0 ? '' : cellText(record, cell);
}
