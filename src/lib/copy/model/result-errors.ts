import { Bulk2Error } from '../../errors.js';

/** Two records of the source have become one of the target. Nothing that depends on them may be loaded. */
export class SharedTargetError extends Bulk2Error {}

/** Rows that were sent cannot be told apart by what came back. Nothing that depends on them may be loaded. */
export class UnpairedResultsError extends Bulk2Error {}
