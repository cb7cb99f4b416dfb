/** What is wrong with a value. */
export type CellFault = { readonly code: CellProblemCode; readonly message: string };

type CellProblemCode =
  | 'AMBIGUOUS_VALUE'
  | 'BAD_BOOLEAN'
  | 'BAD_DATE'
  | 'BAD_DATETIME'
  | 'BAD_FORMAT'
  | 'BAD_ID'
  | 'BAD_NUMBER'
  | 'BAD_PICKLIST_VALUE'
  | 'BAD_TIME'
  | 'DUPLICATE_KEY'
  | 'KEY_EMPTY'
  | 'NAME_OF_PERSON'
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

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

/** `true` or `false` in any case; `1` and `0` are let through, as Bulk API 1.0 documents them. */
export const booleanRule: CellRule = {
  passes: (bytes, start, end) => isWord(TRUE, bytes, start, end) || isWord(FALSE, bytes, start, end),
  fault: (value) =>
    /^(?:true|false|1|0)$/i.test(value.trim())
      ? undefined
      : { code: 'BAD_BOOLEAN', message: `${show(value)} is neither true nor false.` },
};

/** Of records, whose numbers are no texts: what a 1 in a checkbox means has to be said. */
export const recordBooleanRule: CellRule = {
  passes: booleanRule.passes,
  fault: (value) =>
    /^[10]$/.test(value)
      ? {
          code: 'BAD_BOOLEAN',
          message: `${show(value)} is neither true nor false. --boolean-words sends 1 as true and 0 as false.`,
        }
      : booleanRule.fault(value),
};

function isWord(word: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== word.length) return false;
  for (let at = 0; at < word.length; at++) if (((bytes[start + at] ?? 0) | 0x20) !== word[at]) return false;
  return true;
}

/**
 * Text of at most `length` characters. Counted as kindly as any part of the service might count: whole characters,
 * CRLF as one, blanks at both ends not at all, so that nothing is refused here that the org would take.
 */
export function textRule(length: number): CellRule {
  return {
    // No character takes less than a byte.
    passes: (_, start, end) => end - start <= length,
    fault: (value) => {
      if (value.length <= length) return undefined;
      const characters = Array.from(value.trim().replaceAll('\r\n', '\n')).length;
      if (characters <= length) return undefined;
      return {
        code: 'TOO_LONG',
        message: `${show(value)} has ${characters} characters; the field takes ${length}.`,
      };
    },
  };
}
