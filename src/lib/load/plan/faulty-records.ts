import type { VisitRecord } from '../../csv/scan.js';
import type { InputProblem } from '../../errors.js';
import type { SourceFile } from '../../run/record.js';
import { InvalidRows } from '../check/invalid-rows.js';

/** Gives what is wrong with a row, by its number; ask for ascending rows. */
type FaultOf = (row: number) => string | undefined;

/** Records that have values no cell can hold: found when an input is made CSV of, they are set aside when that is checked. */
export class FaultyRecords {
  readonly #bySpool = new Map<string, InvalidRows>();

  /** Takes those of an input that is written to this spool. */
  taker(spoolPath: string): (problem: InputProblem) => void {
    const faulty = new InvalidRows(`${spoolPath}.faulty`);
    this.#bySpool.set(spoolPath, faulty);
    return (problem) => faulty.add(problem);
  }

  /** Undefined where a source has none. */
  readonly of = ({ path }: Pick<SourceFile, 'path'>): FaultOf | undefined => {
    const faulty = this.#bySpool.get(path);
    if (faulty === undefined || faulty.count === 0) return undefined;
    const errorOf = faulty.reader();
    return (row) => errorOf(row)?.replace(/^NOT_SENT: /, '');
  };

  /** Removes what is kept of them. */
  close(): void {
    for (const faulty of this.#bySpool.values()) faulty.close();
  }
}

/** A visitor of the rows that nothing was found wrong with before. */
export function visitSound(
  visit: VisitRecord | undefined,
  faultOf: FaultOf | undefined,
  onFault: (problem: InputProblem & { readonly row: number }) => void,
): VisitRecord | undefined {
  if (faultOf === undefined) return visit;
  return (record, row) => {
    const message = faultOf(row);
    if (message === undefined) visit?.(record, row);
    else onFault({ code: 'VALUE', row, message });
  };
}
