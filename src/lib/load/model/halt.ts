import { Bulk2Error, type ErrorDetail } from '../../errors.js';

/**
 * Why a load creates no further job. The jobs that it has closed are waited for and collected; rows without one are
 * unprocessed.
 */
export type Halt = {
  /** The org has refused more of it, as many rows have failed as the plan allows, or a person has ended it. */
  readonly cause: 'refused' | 'failures' | 'aborted';
  /** A sentence. */
  readonly reason: string;
  /** The org's own code of its refusal. */
  readonly code?: string;
};

/** The org has refused for good to take more of a load. Rows that it had taken before are in the result files. */
export class LoadRefusedError extends Bulk2Error {
  /** The service's own, where it is known. */
  override readonly errorCode: string | undefined;

  /** @param hasTaken whether it may have processed some of the load before */
  constructor({ reason, code }: Halt, hasTaken: boolean, detail: ErrorDetail = {}) {
    const what = hasTaken
      ? 'The org took only a part of the load and refuses the rest'
      : 'The org refuses the load, and nothing of it was sent';
    super(`${what}: ${reason}`, {
      ...detail,
      data: { ...(code === undefined ? {} : { errorCode: code }), ...detail.data },
    });
    this.errorCode = code;
  }
}
