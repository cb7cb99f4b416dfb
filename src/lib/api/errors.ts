import { Bulk2Error, type ErrorDetail } from '../errors.js';

/** The org answered with an error. `errorCode` is the service's own: `INVALIDJOB`, `REQUEST_LIMIT_EXCEEDED`, … */
export class ApiError extends Bulk2Error {
  readonly status: number;
  override readonly errorCode: string;
  /** The wait that the org asked for, from `Retry-After`. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, failure: ApiFailure) {
    super(message, {
      actions: failure.actions,
      data: { status: failure.status, errorCode: failure.errorCode },
    });
    this.status = failure.status;
    this.errorCode = failure.errorCode;
    this.retryAfterMs = failure.retryAfterMs;
  }
}

/** What an `ApiError` is made with. */
export type ApiFailure = {
  readonly status: number;
  readonly errorCode: string;
  readonly retryAfterMs?: number;
  readonly actions?: readonly string[];
};

/** The org could not be reached, or the connection broke before the answer was whole. */
export class OrgUnreachableError extends Bulk2Error {
  /** False when the request certainly never reached the org: no name, no route, no connection. */
  readonly mayHaveActed: boolean;

  constructor(message: string, detail: ErrorDetail & { readonly mayHaveActed: boolean }) {
    super(message, detail);
    this.mayHaveActed = detail.mayHaveActed;
  }
}

/** An address that the org gave leads somewhere else. It is not followed, so that the token stays with the org. */
export class ForeignAddressError extends Bulk2Error {}

/** The org's answer has an id, a name, an address or a number that Salesforce doesn't send. Nothing of it is used. */
export class UnexpectedAnswerError extends Bulk2Error {}

/** The org's answer to a request is larger than the plugin reads into memory. The message names the request. */
export class AnswerTooLargeError extends Bulk2Error {}

/** A request that must not be repeated was sent and its answer never came: ask the org what became of it. */
export class UnknownOutcomeError extends Bulk2Error {}

/** The session has ended, and it could not be renewed. */
export class SessionExpiredError extends Bulk2Error {}

/** The org answered for another job than the one that was asked for, or for another object. Nothing of it is believed. */
export class WrongJobError extends Bulk2Error {}
