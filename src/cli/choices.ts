/** Values of flags, as the service spells them. */
export const columnDelimiters = ['BACKQUOTE', 'CARET', 'COMMA', 'PIPE', 'SEMICOLON', 'TAB'] as const;
export const lineEndings = ['CRLF', 'LF'] as const;
export const queryFormats = ['human', 'csv', 'json', 'ndjson', 'parquet'] as const;
export const inputFormats = ['csv', 'json', 'ndjson', 'parquet'] as const;
