import { Bulk2Error } from '../errors.js';

/** A journal has a line that is neither whole nor a torn last one: it is not guessed at. */
export class JournalDamagedError extends Bulk2Error {}

/** A journal was written by a newer version of this tool. */
export class JournalVersionError extends Bulk2Error {}

/** Another process owns the run; the message says which. */
export class RunLockedError extends Bulk2Error {}

/** The lock was taken by another process while this one held it; all work stops. */
export class LockLostError extends Bulk2Error {}
