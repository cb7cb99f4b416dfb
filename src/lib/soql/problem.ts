import { UsageError } from '../errors.js';

/** Where in the SOQL something is; line and column count from 1, as editors show them. */
export type SoqlPosition = { readonly offset: number; readonly line: number; readonly column: number };

/** What of a query stands in the way; what each is says the problem's message. */
export type SoqlProblemCode =
  | 'AGGREGATE'
  | 'ALL_ROWS'
  | 'BLOB_FIELD'
  | 'COMPOUND_FIELD'
  | 'FIELDS_FUNCTION'
  | 'GROUP_BY'
  | 'OFFSET'
  | 'SUBQUERY'
  | 'SYNTAX'
  | 'TOO_LONG'
  | 'TYPEOF'
  | 'UNKNOWN_FIELD'
  | 'UNKNOWN_RELATIONSHIP';

/** Something that keeps a query from running as a Bulk API 2.0 job. */
export type SoqlProblem = {
  readonly code: SoqlProblemCode;
  /** What it is, one or two sentences, without the position. */
  readonly message: string;
  /** What to do instead, one sentence. */
  readonly wayOut: string;
  readonly position: SoqlPosition;
  /** The REST query resource can do it, for results that fit through it. */
  readonly restServes: boolean;
};

/** Problems that are told at once: the first ones say enough, and each costs a search for the nearest name. */
export const mostProblems = 20;

/** Line and column of an offset. Lines end with LF, CRLF or CR. */
export function positionAt(soql: string, offset: number): SoqlPosition {
  const lines = soql.slice(0, offset).split(/\r\n|\r|\n/);
  return { offset, line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/** The query cannot run as a Bulk API 2.0 job. `problems` lists all reasons, in the order of the text. */
export class SoqlError extends UsageError {
  readonly problems: readonly SoqlProblem[];

  constructor(problems: readonly SoqlProblem[]) {
    const lines = problems.map(
      ({ message, position }) => `Line ${position.line}, column ${position.column}: ${message}`,
    );
    const actions = [...new Set(problems.map(({ wayOut }) => wayOut))];
    super(lines.join('\n'), { actions, data: { problems } });
    this.problems = problems;
  }
}
