/**
 * What the service takes at most (Salesforce app limits: Bulk API limits). Characters are taken to be those of
 * Java and JavaScript, UTF-16 code units.
 */
export const serviceLimits = {
  fieldCharacters: 131_072,
  recordCharacters: 400_000,
  headerCharacters: 32_000,
  columns: 5_000,
} as const;

/** No record within the limits takes more, quoting apart: a UTF-16 code unit is at most three bytes of UTF-8. */
export const maxRecordBytes = 3 * serviceLimits.recordCharacters;

/** The same with every character a doubled quote, and quotes and a delimiter for each cell. */
export const maxQuotedRecordBytes = 2 * maxRecordBytes + 3 * serviceLimits.columns;
