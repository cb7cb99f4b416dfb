import { Bulk2Error } from '../errors.js';

/** The org answered a result download with something that is not the result set it should be. */
export class ResultFormatError extends Bulk2Error {}

/** A result set that cannot be all of it, although its download ended without an error. */
export class IncompleteResultError extends Bulk2Error {}
