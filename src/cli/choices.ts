/** Values of flags, as the service spells them. */
export const columnDelimiters = ['BACKQUOTE', 'CARET', 'COMMA', 'PIPE', 'SEMICOLON', 'TAB'] as const;
export const lineEndings = ['CRLF', 'LF'] as const;
export const queryFormats = ['human', 'csv', 'json', 'ndjson', 'parquet', 'xlsx'] as const;
export const inputFormats = ['csv', 'json', 'ndjson', 'parquet', 'xlsx'] as const;
export const decimalSeparators = [',', '.'] as const;
export const duplicateKeys = ['warn', 'refuse'] as const;
export const jobTypes = ['ingest', 'query'] as const;
export const jobStates = [
  'Open',
  'UploadComplete',
  'InProgress',
  'JobComplete',
  'Failed',
  'Aborted',
] as const;
export const operations = [
  'insert',
  'update',
  'upsert',
  'delete',
  'hardDelete',
  'query',
  'queryAll',
] as const;
