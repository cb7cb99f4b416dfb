/** The service's names of delimiters and line endings. */
export const delimiters = {
  BACKQUOTE: '`',
  CARET: '^',
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  TAB: '\t',
} as const;

export const lineEndings = { LF: '\n', CRLF: '\r\n' } as const;

export type DelimiterName = keyof typeof delimiters;
export type LineEndingName = keyof typeof lineEndings;

/** How a file's cells and rows are set apart, in characters. */
export type Dialect = { readonly delimiter: string; readonly newline: string };

export function dialectOf(job: { columnDelimiter: DelimiterName; lineEnding: LineEndingName }): Dialect {
  return { delimiter: delimiters[job.columnDelimiter], newline: lineEndings[job.lineEnding] };
}
