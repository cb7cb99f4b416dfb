import type { InputRecord, SaveError, SaveResult } from '../contracts.ts';
import { dialectOf, type Dialect } from '../csv/dialect.ts';
import type { CsvRecord } from '../csv/read-records.ts';
import { quoteAlways } from '../csv/write.ts';
import type { World } from '../server/world.ts';
import { raggedMessage, type Structure } from './check-structure.ts';
import { saveTarget, type IngestJob } from './job.ts';
import { resultColumns } from './result-header.ts';
import { echoOf, type CellEcho } from './result-values.ts';
import type { RowLocks } from './row-locks.ts';

/** Lines for the two result files of one batch, and what became of each row. */
export type BatchResult = { readonly successes: string[]; readonly failures: string[] };

const maxRecordCharacters = 400_000;

/** Saves the rows of a job, batch by batch, and writes down what became of them. */
export class BatchApplier {
  readonly #world: World;
  readonly #job: IngestJob;
  readonly #structure: Structure;
  readonly #locks: RowLocks;
  readonly #dialect: Dialect;
  /** The columns of the result files, in their order, with the way in which each shows its values. */
  readonly #echoes: ReadonlyArray<{ readonly index: number; readonly echo: CellEcho }>;

  constructor(parts: { world: World; job: IngestJob; structure: Structure; locks: RowLocks }) {
    this.#world = parts.world;
    this.#job = parts.job;
    this.#structure = parts.structure;
    this.#locks = parts.locks;
    const { quirks } = parts.world.options;
    this.#dialect = quirks.resultDialect === 'job' ? dialectOf(parts.job) : { delimiter: ',', newline: '\n' };
    const object = parts.world.database.find(parts.job.object);
    this.#echoes = resultColumns(parts.job, parts.structure, quirks).map((index) => ({
      index,
      echo: echoOf(object, parts.structure.header.cells[index] ?? '', quirks),
    }));
  }

  apply(rows: readonly CsvRecord[], firstRow: number): BatchResult {
    const errors = rows.map((row, index) => this.#rowProblem(row, firstRow + index));
    const records = rows.filter((_, index) => errors[index] === undefined).map((row) => this.#toInput(row));
    const saved = this.#world.database.save({ ...saveTarget(this.#job), source: 'csv', records });
    const results = saved[Symbol.iterator]();
    const outcome: BatchResult = { successes: [], failures: [] };
    for (const [index, row] of rows.entries()) {
      const error = errors[index];
      const result: SaveResult =
        error === undefined ? results.next().value! : { success: false, errors: [error] };
      if (result.success) outcome.successes.push(this.#line(row, result.id, String(result.created)));
      else outcome.failures.push(this.#line(row, this.#failedId(result, row), errorText(result.errors)));
    }
    return outcome;
  }

  #toInput(row: CsvRecord): InputRecord {
    const { header, columns } = this.#structure;
    const record: Record<string, string> = {};
    for (const index of columns) record[header.cells[index] ?? ''] = row.cells[index] ?? '';
    return record;
  }

  /** What is wrong with a row before it reaches the data; the texts are this org's own. */
  #rowProblem(row: CsvRecord, rowNumber: number): SaveError | undefined {
    if (row.problem !== undefined) return invalid(row.problem);
    if (row.cells.length !== this.#structure.header.cells.length) {
      return invalid(raggedMessage(row, this.#structure).replace('InvalidBatch : ', ''));
    }
    if (row.raw.length > maxRecordCharacters) return invalid('The record is longer than 400,000 characters');
    return this.#locks.check(row, rowNumber, this.#structure.header.cells);
  }

  #failedId(result: Extract<SaveResult, { success: false }>, row: CsvRecord): string {
    if (this.#job.apiVersion < 53 || this.#job.operation === 'insert') return '';
    const idColumn = this.#structure.header.cells.findIndex((name) => name.toLowerCase() === 'id');
    return result.id ?? row.cells[idColumn] ?? '';
  }

  #line(row: CsvRecord, id: string, note: string): string {
    const { delimiter, newline } = this.#dialect;
    let line = quoteAlways(id) + delimiter + quoteAlways(note);
    for (const { index, echo } of this.#echoes) line += delimiter + quoteAlways(echo(row.cells[index] ?? ''));
    return line + newline;
  }
}

function invalid(message: string): SaveError {
  return { statusCode: 'INVALID_FIELD', message, fields: [] };
}

/** `CODE:message:Field1,Field2 --`, one after another. */
function errorText(errors: readonly SaveError[]): string {
  return errors
    .map(
      ({ statusCode, message, fields }) =>
        `${statusCode}:${message}:${fields.join(',')}${fields.length > 0 ? ' ' : ''}--`,
    )
    .join('');
}
