import { Bulk2Error, type ErrorDetail } from '../errors.js';
import type { FirstRecord } from './record.js';

/** A journal can't be read whole. */
export class UnreadableJournalError extends Bulk2Error {
  /** Its first record, which says where the run began; undefined where that can't be read either. */
  readonly first: FirstRecord | undefined;

  constructor(message: string, detail: ErrorDetail & { readonly first?: FirstRecord | undefined } = {}) {
    super(message, detail);
    this.first = detail.first;
  }
}

/** A journal has a line that is damaged, or lacks one: what it says is not guessed at. */
export class JournalDamagedError extends UnreadableJournalError {}

/** A journal was written by a newer version of the plugin. */
export class JournalVersionError extends UnreadableJournalError {}

/** A journal can't be written, as on a full disk. What is in it counts; nothing was done that is not. */
export class JournalWriteError extends Bulk2Error {}

/** Another process owns the run; the message says which. */
export class RunLockedError extends Bulk2Error {
  /** The owner was seen to live; otherwise nobody has watched it for long enough to know. */
  readonly ownerLives: boolean;

  constructor(message: string, detail: ErrorDetail & { readonly ownerLives?: boolean } = {}) {
    super(message, detail);
    this.ownerLives = detail.ownerLives ?? false;
  }
}

/** Another process has taken the run over from this one; all work stops. */
export class LockLostError extends Bulk2Error {}
