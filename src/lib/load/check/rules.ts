/** What is wrong with a value. */
export type CellFault = { readonly code: CellProblemCode; readonly message: string };

export type CellProblemCode =
  | 'BAD_BOOLEAN'
  | 'BAD_DATE'
  | 'BAD_DATETIME'
  | 'BAD_ID'
  | 'BAD_NUMBER'
  | 'BAD_PICKLIST_VALUE'
  | 'BAD_TIME'
  | 'DUPLICATE_KEY'
  | 'KEY_EMPTY'
  | 'NULL_NOT_ALLOWED'
  | 'REQUIRED_EMPTY'
  | 'TOO_LONG'
  | 'WRONG_OBJECT';

/**
 * What a column's values must be. Checking is in two steps because of the numbers: nearly every cell of a load is
 * good, so `passes` sees bytes and allocates nothing; the few cells it is not sure of are read as text.
 */
export type CellRule = {
  /** Whether the value is certainly good. False means only that `fault` must look at it. */
  readonly passes: (bytes: Uint8Array, start: number, end: number) => boolean;
  /** What is wrong with the value; undefined when the service would take it. */
  readonly fault: (value: string) => CellFault | undefined;
};

const shownCharacters = 40;

/** A value in quotes for a message, cut short. */
export function show(value: string): string {
  const characters = Array.from(value);
  return characters.length > shownCharacters
    ? `"${characters.slice(0, shownCharacters).join('')}…"`
    : `"${value}"`;
}
