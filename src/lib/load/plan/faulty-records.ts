import { onOneLine } from '../../csv/problems.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import type { ScanOptions, VisitRecord } from '../../csv/scan.js';
import { hasCertainCells } from '../../csv/unsound-record.js';
import type { InputProblem } from '../../errors.js';
import type { SourceFile } from '../../run/record.js';
import { InvalidRows, type RowFault } from '../check/invalid-rows.js';

/** Gives what is wrong with a row, by its number; ask for ascending rows. */
export type FaultOf = (row: number) => RowFault | undefined;

/** Records that can't be read, or have values no cell can hold: found when an input is made CSV of, they are set aside when that is checked. */
export class FaultyRecords {
  readonly #bySpool = new Map<string, InvalidRows>();

  /** Takes those of an input that is written to this spool. */
  taker(spoolPath: string): (problem: InputProblem, line?: string) => void {
    const faulty = new InvalidRows(`${spoolPath}.faulty`);
    this.#bySpool.set(spoolPath, faulty);
    return (problem, line) => faulty.add(problem, line);
  }

  /** Undefined where a source has none. */
  readonly of = ({ path }: Pick<SourceFile, 'path'>): FaultOf | undefined => {
    const faulty = this.#bySpool.get(path);
    if (faulty === undefined || faulty.count === 0) return undefined;
    return faulty.reader();
  };

  /** Removes what is kept of them. */
  close(): void {
    for (const faulty of this.#bySpool.values()) faulty.close();
  }
}

/** Rows that are no sound CSV, of which it is certain where they end. */
export class UnsoundRows {
  readonly #aside: InvalidRows | undefined;
  readonly #width: number;
  /** How many there have been. */
  count = 0;

  /** @param aside takes them; undefined: they are refused. @param width how many columns there are */
  constructor(aside: InvalidRows | undefined, width: number) {
    this.#aside = aside;
    this.#width = width;
  }

  readonly take: ScanOptions['takesUnsound'] = (problem, record) => {
    this.count += 1;
    const isCertain = hasCertainCells(record, problem.code, this.#width);
    this.#aside?.add(problem, isCertain ? undefined : lineOf(record));
    return this.#aside !== undefined;
  };
}

/** Whose cells can't be told is shown as a line, and has no cells: nobody may retry what is but a guess. */
function lineOf({ bytes, start, end }: CsvRecord): string {
  return `The line is: ${onOneLine(bytes.toString('utf8', start, end))}`;
}

/** A visitor of the rows that nothing was found wrong with before. */
export function visitSound(
  visit: VisitRecord | undefined,
  faultOf: FaultOf | undefined,
  onFault: (problem: InputProblem, line: string | undefined) => void,
): VisitRecord | undefined {
  if (faultOf === undefined) return visit;
  return (record, row) => {
    const fault = faultOf(row);
    if (fault === undefined) visit?.(record, row);
    else onFault({ code: 'VALUE', row, message: fault.error.replace(/^NOT_SENT: /, '') }, fault.line);
  };
}
