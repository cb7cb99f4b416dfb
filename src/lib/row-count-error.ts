import { Bulk2Error } from './errors.js';

/** Rows are missing or too many: the figures that should agree do not. Nothing is taken for complete. */
export class RowCountError extends Bulk2Error {}
