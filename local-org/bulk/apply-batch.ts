import type { InputRecord, SaveError, SaveResult } from '../contracts.ts';
import { dialectOf, type Dialect } from '../csv/dialect.ts';
import { CsvStructureError, type CsvRecord } from '../csv/read-records.ts';
import { quoteAlways } from '../csv/write.ts';
import type { World } from '../server/world.ts';
import { raggedMessage, type Structure } from './check-structure.ts';
import { saveTarget, type IngestJob } from './job.ts';
import { resultColumns } from './result-header.ts';
import { echoOf, type CellEcho } from './result-values.ts';
import type { RowFaults } from './row-faults.ts';

/** Lines for the two result files of one batch, and what became of each row. */
export type BatchResult = { readonly successes: string[]; readonly failures: string[] };

const maxRecordCharacters = 400_000;

/** Saves the rows of a job, batch by batch, and writes down what became of them. */
export class BatchApplier {
  readonly #world: World;
  readonly #job: IngestJob;
  readonly #structure: Structure;
  readonly #rowFaults: RowFaults;
  readonly #dialect: Dialect;
  /** Rows of the job's object before the job added any. */
  readonly #knownRows: number;
  /** The columns of the result files, in their order, with the way in which each shows its values. */
  readonly #echoes: ReadonlyArray<{ readonly index: number; readonly echo: CellEcho }>;

  constructor(parts: { world: World; job: IngestJob; structure: Structure; rowFaults: RowFaults }) {
    this.#world = parts.world;
    this.#job = parts.job;
    this.#structure = parts.structure;
    this.#rowFaults = parts.rowFaults;
    const { quirks } = parts.world.options;
    this.#dialect = quirks.resultDialect === 'job' ? dialectOf(parts.job) : { delimiter: ',', newline: '\n' };
    this.#knownRows = parts.world.database.rowCount(parts.job.object);
    const object = parts.world.database.find(parts.job.object);
    this.#echoes = resultColumns(parts.job, parts.structure, quirks).map((index) => ({
      index,
      echo: echoOf(object, parts.structure.header.cells[index] ?? '', quirks),
    }));
  }

  apply(rows: readonly CsvRecord[], firstRow: number): BatchResult {
    const errors = rows.map((row, index) => this.#rowProblem(row, firstRow + index));
    const records = rows.filter((_, index) => errors[index] === undefined).map((row) => this.#toInput(row));
    const results = this.#save(records)[Symbol.iterator]();
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

  /** @throws CsvStructureError for a parent that nobody has, where that fails the job: then nothing of the batch is saved */
  #save(records: readonly InputRecord[]): SaveResult[] {
    const { database, options } = this.#world;
    const undo = database.savepoint();
    const saved = database.save({
      ...saveTarget(this.#job),
      source: 'csv',
      records,
      ...(options.quirks.parentsInSameFile === 'never' ? { knownRows: this.#knownRows } : {}),
    });
    if (options.quirks.unresolvableParent === 'row-error') return saved;
    const orphan = saved.find((result) => !result.success && isOrphan(result.errors));
    if (orphan === undefined || orphan.success) return saved;
    undo();
    throw new CsvStructureError(`InvalidBatch : ${orphan.errors[0]?.message ?? ''}`);
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
    const { maxFieldCharacters } = this.#world.options;
    if (row.cells.some(({ length }) => length > maxFieldCharacters)) {
      return invalid(`A value is longer than ${maxFieldCharacters} characters`);
    }
    return this.#rowFaults.check(row, { number: rowNumber, header: this.#structure.header.cells });
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

function isOrphan(errors: readonly SaveError[]): boolean {
  return errors.some(({ message }) => message.startsWith('Foreign key external ID:'));
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
