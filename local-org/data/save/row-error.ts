import type { SaveError } from '../../contracts.ts';

/** What is wrong with one record; its `error` becomes that record's result and no other record is touched by it. */
export class RowError extends Error {
  readonly error: SaveError;

  constructor(statusCode: string, message: string, fields: readonly string[] = []) {
    super(message);
    this.error = { statusCode, message, fields };
  }
}
