/** Behaviours of the service that are not certain. Each has a default, and a test may choose the other way. */
export type Quirks = {
  /** Whether a checkbox cell may be `1` or `0`. Documented for Bulk API 1.0 only. Default false. */
  readonly numericBooleans: boolean;
  /** Records among which a repeated key is refused: an internal batch (10,000) or one of its chunks (200). Default 10,000. */
  readonly duplicateScopeRecords: number;
  /** Whether a Bulk query may select through two lookups (`Account.Owner.Name`). Refused in a 2020 capture. Default false. */
  readonly grandparentsInBulk: boolean;
  /** Whether a restricted picklist takes its values in any case. Default false. */
  readonly caseInsensitivePicklists: boolean;
  /** Whether a checkbox set to null (`#N/A`) becomes false; otherwise its row fails. Default false. */
  readonly nullCheckboxIsFalse: boolean;
  /** Where `col N` of an unreadable cell counts from. One capture speaks for 0. Default 0. */
  readonly columnPositionsFrom: 0 | 1;
  /** Code of the refusal of base64 fields in Bulk queries, of which only the text is known. Default `API_ERROR`. */
  readonly blobErrorCode: string;
  /** Text of the refusal of OFFSET, TYPEOF, aggregates and GROUP BY in Bulk queries, with `{clause}` for what it was. */
  readonly unsupportedClauseText: string;
  /** Other messages of row errors by their code, since few are known to the letter: `{ "MALFORMED_ID": "bad id" }`. */
  readonly errorTexts: Readonly<Record<string, string>>;
  /** Whether a file without the column that identifies its records fails as a whole, or row by row. Default true. */
  readonly missingKeyColumnFailsJob: boolean;
};

export const defaultQuirks: Quirks = {
  numericBooleans: false,
  duplicateScopeRecords: 10_000,
  grandparentsInBulk: false,
  caseInsensitivePicklists: false,
  nullCheckboxIsFalse: false,
  columnPositionsFrom: 0,
  blobErrorCode: 'API_ERROR',
  unsupportedClauseText: '{clause} not supported in Bulk V2 Query with CSV content type',
  errorTexts: {},
  missingKeyColumnFailsJob: true,
};
