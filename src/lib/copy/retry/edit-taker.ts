import { idWords, readId, writeId } from '../../csv/record-id.js';
import { InputError, UsageError, type InputProblem } from '../../errors.js';
import { IdMapWriter } from '../../files/id-map.js';
import { compareKeys } from '../../files/record-sorter.js';
import { KeptWriter } from '../../load/plan/kept-cells.js';
import type { WrittenFile } from '../../load/retry/edited-files.js';
import type { ResultRow } from '../../load/retry/result-rows.js';
import type { CopyObject, CopyStep } from '../../run/copy-record.js';
import { CopyMaps } from '../model/copy-maps.js';
import { sourceIdColumn } from '../steps/edits.js';
import { editPathsOf, stepPathsOf, type StepPaths, stepMapPath } from '../model/own-files.js';
import { numberedId, sourceName } from '../model/numbered-ids.js';
import { SentIds } from '../steps/sent-rows.js';
import { UnplacedRows } from './unplaced-rows.js';
import type { CopyWork, StepPlace } from '../model/work.js';

export type EditTaking = {
  readonly work: Pick<CopyWork, 'runId' | 'journal' | 'contexts'>;
  /** Of the round that is about to begin. */
  readonly place: StepPlace;
  readonly object: CopyObject;
  readonly step: CopyStep;
  /** The round that has written the files. */
  readonly writtenIn: number;
  readonly files: readonly WrittenFile[];
  /** Which records of the source are which of the target. */
  readonly targets: CopyMaps;
  /** As the files spell `Id`. */
  readonly idName: string;
};

/** So many of them are told. */
export const mostProblems = 20;
const retryOnceFixed = 'Fix the file, then retry. Nothing was sent.';

/** @throws InputError of rows that a person has fixed: nothing is sent */
export function refusedEdits(problems: readonly InputProblem[]): InputError {
  return new InputError(problems, { actions: [retryOnceFixed] });
}

/**
 * Takes fixed rows by the ids of their records in the source. An entry of their map has the number of a row among those that
 * are taken, its number in its file, and that of the file.
 */
export class EditTaker implements Disposable {
  readonly #taking: EditTaking;
  readonly #lines: KeptWriter;
  readonly #map: IdMapWriter;
  /** What became of the records of the rows that the step has sent in the round of the files. */
  readonly #written = new CopyMaps();
  /** What became of them later. */
  readonly #since = new CopyMaps();
  /** Of the round of the files. */
  readonly #sentPaths: StepPaths;
  readonly #sent: SentIds;
  readonly #unplaced: UnplacedRows;
  readonly #id = new Uint32Array(idWords);
  readonly #problems: InputProblem[] = [];
  #rows = 0;
  #read = 0;
  #loadedSince = 0;

  constructor(taking: EditTaking) {
    const { work, place, object, writtenIn } = taking;
    const paths = editPathsOf(work, place);
    this.#taking = taking;
    this.#lines = new KeptWriter(paths.lines);
    this.#map = new IdMapWriter(paths.map);
    for (const { round, step } of work.journal.mapped) {
      if (step !== place.step || round < writtenIn) continue;
      const maps = round === writtenIn ? this.#written : this.#since;
      maps.add(object.object, stepMapPath(work, { round, step }));
    }
    this.#sentPaths = stepPathsOf(work, { round: writtenIn, step: place.step });
    this.#sent = new SentIds(this.#sentPaths.ids);
    this.#unplaced = new UnplacedRows(`${paths.map}.unplaced`);
  }

  /** Rows that are not taken, since rounds after that of the files have loaded them. */
  get loadedSince(): number {
    return this.#loadedSince;
  }

  /** The columns of result files that `take` wants beside the row, in this order. */
  get kept(): string[] {
    return [...(this.#hasId ? [this.#taking.idName] : []), sourceIdColumn];
  }

  /** @param file the number of the row's file */
  take({ line, kept, number, place }: ResultRow, file: number): void {
    this.#read += 1;
    const { object } = this.#taking.object;
    const text = kept.toString();
    // An id has no commas.
    const idLength = this.#hasId ? text.lastIndexOf(',') : 0;
    const source = unquoted(this.#hasId ? text.slice(idLength + 1) : text);
    const refuse = (column: string, problem: Pick<InputProblem, 'code' | 'message'>): void => {
      const path = this.#taking.files[file]?.path ?? '';
      if (this.#problems.length < mostProblems)
        this.#problems.push({ ...problem, file: path, row: number, column });
    };
    if (!this.#readId(source) || this.#written.sentAs(object, this.#id) === undefined) {
      refuse(sourceIdColumn, unknownRecord(source, object));
      return;
    }
    const sent = this.#sent.at(place.row);
    if (sent !== undefined && compareKeys(sent, this.#id, idWords) !== 0)
      refuse(sourceIdColumn, this.#otherRow(source, place.row, sent));
    // What was loaded since stays as it is, wherever its row still is.
    if (this.#since.find(object, this.#id) instanceof Uint32Array) {
      this.#loadedSince += 1;
      return;
    }
    const row = this.#hasId ? this.#withId(line, text.slice(0, idLength), source) : line;
    if (!(row instanceof Uint8Array)) {
      refuse('Id', row);
      return;
    }
    this.#lines.add(row);
    this.#rows += 1;
    this.#map.add(this.#id, new Uint32Array([this.#rows, number, file]));
    const isKnownById = unquoted(text.slice(0, idLength)) !== '';
    if (sent === undefined && !isKnownById) this.#unplaced.add(this.#id, [this.#rows, number, file]);
  }

  /**
   * @param rows that were counted in the files before
   * @param columns of the rows
   * @throws InputError a row is of no record that the step has sent, of one that has another row, or nobody knows of which
   */
  async finish(rows: number, columns: readonly string[]): Promise<void> {
    const { work, place, files, object } = this.#taking;
    const names = files.map(({ path }) => path).join(' and ');
    if (this.#problems.length > 0) throw refusedEdits(this.#problems);
    if (this.#read !== rows)
      throw new UsageError(`${names} changed while the rows were read.`, {
        actions: ['Retry once they are saved.'],
      });
    this.#lines.close();
    const twice = await this.#map.finish();
    if (twice !== undefined) {
      const message = `The record ${sourceName(object, twice)} has several rows: remove all but one of them.`;
      throw refusedEdits([{ code: 'ROW_TWICE', file: names, column: sourceIdColumn, message }]);
    }
    const { lines } = editPathsOf(work, place);
    const problems: InputProblem[] = [];
    await this.#unplaced.visitChanged({ lines, columns, sent: this.#sentPaths }, (id, [, row, file]) => {
      if (problems.length === mostProblems) return;
      const message = `The row was changed, and does not say by source__File and source__Row whether it is still that of the record ${sourceName(object, id)}. Put both back as they were.`;
      problems.push({
        code: 'PLACE_MISSING',
        file: files[file]?.path ?? names,
        row,
        column: 'source__Row',
        message,
      });
    });
    if (problems.length > 0) throw refusedEdits(problems);
  }

  [Symbol.dispose](): void {
    this.#lines.close();
    this.#map.discard();
    this.#written.close();
    this.#since.close();
    this.#sent[Symbol.dispose]();
    this.#unplaced[Symbol.dispose]();
  }

  /** Whether rows begin with the ids of their records in the target. */
  get #hasId(): boolean {
    return this.#taking.step.kind !== 'load';
  }

  /** The row with the id that the record is known by, whatever became of it in the file; a problem where it is another one. */
  #withId(line: Buffer, cell: string, source: string): Uint8Array | Pick<InputProblem, 'code' | 'message'> {
    const { targets, object } = this.#taking;
    const known = targets.find(object.object, this.#id);
    if (!(known instanceof Uint32Array))
      return { code: 'UNKNOWN_RECORD', message: `The record ${source} is not in the target.` };
    const id = readId(known);
    const given = new Uint32Array(idWords);
    const text = unquoted(cell);
    if (text !== '' && !(writeId(text, given) && readId(given) === id)) {
      const message = `The record ${source} is ${id} in the target, not "${text}". Put the id back, or leave it empty.`;
      return { code: 'OTHER_ID', message };
    }
    return Buffer.concat([Buffer.from(id), line.subarray(Buffer.byteLength(cell))]);
  }

  #otherRow(source: string, row: number, other: Uint32Array): Pick<InputProblem, 'code' | 'message'> {
    const of = sourceName(this.#taking.object, other);
    const message = `"${source}" is not the record of source__Row ${row}, which is ${of}: one of the two was changed. Put both back.`;
    return { code: 'OTHER_RECORD', message };
  }

  /** A record of a file without ids is known by its number. */
  #readId(text: string): boolean {
    const { file, keyPrefix } = this.#taking.object;
    const isNumber = file?.isNumbered === true && /^[1-9]\d{0,9}$/.test(text);
    return writeId(isNumber ? numberedId(keyPrefix, Number(text)) : text, this.#id);
  }
}

function unquoted(cell: string): string {
  return cell.replaceAll('"', '').trim();
}

function unknownRecord(text: string, object: string): Pick<InputProblem, 'code' | 'message'> {
  return text === ''
    ? {
        code: 'ID_MISSING',
        message: 'It is empty, so that it is not known which record the row is of. Put the id back.',
      }
    : {
        code: 'UNKNOWN_RECORD',
        message: `"${text}" is no record of ${object} that failed here. Rows can be changed and removed, not added.`,
      };
}
