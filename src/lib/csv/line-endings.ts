import type { LineEnding } from '../api/types.js';

/** How many line endings of each kind a file has: between records, and inside quoted values. */
export type LineEndingCounts = {
  readonly lf: number;
  readonly crlf: number;
  readonly quotedLf: number;
  readonly quotedCrlf: number;
};

export type LineEndingChoice = {
  /** What to declare to the service, and to write between records. */
  readonly lineEnding: LineEnding;
  /** Whether the file as it is has only this line ending between its records. */
  readonly isUniform: boolean;
  /**
   * Whether values contain the other line ending. The service refuses such a file as a whole ("LineEnding is invalid
   * on user data", also for quoted values), so the values' own line endings have to be rewritten too.
   */
  readonly hasForeignInQuotes: boolean;
};

/**
 * Chooses the line ending with which the fewest values have to change: none when the quoted values agree among
 * themselves. Between records line endings mean nothing and may be rewritten freely. Without line breaks in values
 * the file's own line ending stays, or LF where both occur.
 */
export function chooseLineEnding({ lf, crlf, quotedLf, quotedCrlf }: LineEndingCounts): LineEndingChoice {
  const own: LineEnding = crlf > 0 && lf === 0 ? 'CRLF' : 'LF';
  let lineEnding = own;
  if (quotedLf > 0 && quotedCrlf === 0) lineEnding = 'LF';
  if (quotedCrlf > 0 && quotedLf === 0) lineEnding = 'CRLF';
  return {
    lineEnding,
    isUniform: lineEnding === 'LF' ? crlf === 0 : lf === 0,
    hasForeignInQuotes: (lineEnding === 'LF' ? quotedCrlf : quotedLf) > 0,
  };
}
