import { Bulk2Error } from '../errors.js';

/** A journal has a line that is damaged, or lacks one: what it says is not guessed at. */
export class JournalDamagedError extends Bulk2Error {}

/** A journal was written by a newer version of the plugin. */
export class JournalVersionError extends Bulk2Error {}

/** Another process owns the run; the message says which. */
export class RunLockedError extends Bulk2Error {}

/** Another process has taken the run over from this one; all work stops. */
export class LockLostError extends Bulk2Error {}
