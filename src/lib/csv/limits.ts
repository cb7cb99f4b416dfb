/**
 * What the service takes at most (Salesforce app limits cheatsheet: Bulk API limits). Characters are those of
 * Java and JavaScript: UTF-16 code units.
 */
export const serviceLimits = {
  fieldCharacters: 131_072,
  recordCharacters: 400_000,
  headerCharacters: 32_000,
  columns: 5_000,
} as const;

/** No record within the limits takes more: a UTF-16 code unit is at most three bytes of UTF-8. */
export const maxRecordBytes = 3 * serviceLimits.recordCharacters;
