import type { SaveError } from '../contracts.ts';
import type { CsvRecord } from '../csv/read-records.ts';
import type { ActionOf } from '../server/fault-spec.ts';
import type { ActiveFaults, Fault } from '../server/faults.ts';

type RowAction = ActionOf<'lock-rows'> | ActionOf<'fail-rows'>;

/** A row of a job: its number from 1, and the job's header. */
export type RowPlace = { readonly number: number; readonly header: readonly string[] };

/** Rows that another transaction holds or that a rule of the org refuses, by the `lock-rows` and `fail-rows` faults of a job. */
export class RowFaults {
  readonly #faults: ReadonlyArray<{ readonly fault: Fault; readonly action: RowAction }>;

  constructor(active: ActiveFaults) {
    this.#faults = active.faults.flatMap((fault) => {
      const { action } = fault.spec;
      return action.kind === 'lock-rows' || action.kind === 'fail-rows' ? [{ fault, action }] : [];
    });
  }

  /** @returns the row's error; a lock clears after its tries */
  check(row: CsvRecord, place: RowPlace): SaveError | undefined {
    for (const { fault, action } of this.#faults) {
      const key = keyOf(action, row, place);
      if (key === undefined) continue;
      if (action.kind === 'fail-rows') {
        return { statusCode: action.statusCode, message: action.message, fields: action.fields ?? [] };
      }
      const tries = fault.lockTries.get(key) ?? 0;
      if (tries >= (action.tries ?? 1)) continue;
      fault.lockTries.set(key, tries + 1);
      const message = 'unable to obtain exclusive access to this record or 1 records: 001000000000001AAA';
      return { statusCode: 'UNABLE_TO_LOCK_ROW', message, fields: [] };
    }
    return undefined;
  }
}

/** What a chosen row is known again by; undefined for any other row. */
function keyOf(action: RowAction, row: CsvRecord, { number, header }: RowPlace): string | undefined {
  if (action.everyNth !== undefined) return number % action.everyNth === 0 ? row.raw : undefined;
  const column = header.findIndex((name) => name.toLowerCase() === action.column?.toLowerCase());
  const cell = row.cells[column];
  return cell !== undefined && (action.values?.includes(cell) ?? true) ? cell : undefined;
}
