import { Bulk2Error, type ErrorDetail } from '../errors.js';
import type { JournalRecord } from '../run/record.js';

/**
 * Why a load creates no further job. The jobs that it has closed are waited for and collected; rows without one are
 * unprocessed.
 */
export type Halt = Pick<Extract<JournalRecord, { type: 'halt' }>, 'cause' | 'reason' | 'code'>;

/** @returns undefined for a load that goes on */
export function haltIn(records: readonly JournalRecord[]): Halt | undefined {
  return records.find((record) => record.type === 'halt');
}

/** The org has refused for good to take more of a load. The rows that it had taken before are in the result files. */
export class LoadRefusedError extends Bulk2Error {
  /** The service's own, where it is known. */
  readonly errorCode: string | undefined;

  constructor({ reason, code }: Halt, detail: ErrorDetail = {}) {
    super(`The org took only a part of the load and refuses the rest: ${reason}`, {
      ...detail,
      data: { ...(code === undefined ? {} : { errorCode: code }), ...detail.data },
    });
    this.errorCode = code;
  }
}
