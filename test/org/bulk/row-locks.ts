import type { SaveError } from '../contracts.ts';
import type { CsvRecord } from '../csv/read-records.ts';
import type { ActiveFaults, Fault } from '../server/faults.ts';

/** Rows that another transaction holds, by the `lock-rows` faults of a job. */
export class RowLocks {
  readonly #faults: readonly Fault[];

  constructor(active: ActiveFaults) {
    this.#faults = active.faults.filter(({ spec }) => spec.action.kind === 'lock-rows');
  }

  /** @returns the row's error while it is locked; the row's lock clears after its tries */
  check(row: CsvRecord, rowNumber: number, header: readonly string[]): SaveError | undefined {
    for (const fault of this.#faults) {
      const key = lockKey(fault, row, rowNumber, header);
      if (key === undefined || fault.spec.action.kind !== 'lock-rows') continue;
      const tries = fault.lockTries.get(key) ?? 0;
      if (tries >= (fault.spec.action.tries ?? 1)) continue;
      fault.lockTries.set(key, tries + 1);
      const message = 'unable to obtain exclusive access to this record or 1 records: 001000000000001AAA';
      return { statusCode: 'UNABLE_TO_LOCK_ROW', message, fields: [] };
    }
    return undefined;
  }
}

function lockKey(
  { spec }: Fault,
  row: CsvRecord,
  rowNumber: number,
  header: readonly string[],
): string | undefined {
  const { action } = spec;
  if (action.kind !== 'lock-rows') return undefined;
  if (action.everyNth !== undefined) return rowNumber % action.everyNth === 0 ? row.raw : undefined;
  const column = header.findIndex((name) => name.toLowerCase() === action.column?.toLowerCase());
  const cell = row.cells[column];
  return cell !== undefined && (action.values?.includes(cell) ?? true) ? cell : undefined;
}
