/** Behaviours of the service that are not certain. Each has a default, and a test may choose the other way. */
export type Quirks = {
  /**
   * What a checkbox cell may say, in any case: `true` and `false` only, or also the words of Data Loader (`yes`, `y`, `on`,
   * `1` and `no`, `n`, `off`, `0`), which Bulk loads are said to take. Default `true-false`.
   */
  readonly booleanWords: 'true-false' | 'data-loader';
  /**
   * Records among which a repeated key is refused: those of one transaction (200), or of a whole internal batch (10,000).
   * Further apart, the last one wins. Default 200.
   */
  readonly duplicateScopeRecords: number;
  /** Whether a Bulk query may select through two lookups (`Account.Owner.Name`). A 2020 capture refuses it. Default true. */
  readonly grandparentsInBulk: boolean;
  /** Objects whose `SystemModstamp` cannot be filtered on, as describe says of some (`filterable`). Default: none. */
  readonly unfilterableModstamps: readonly string[];
  /** Whether a restricted picklist takes its values in any case. Default false. */
  readonly caseInsensitivePicklists: boolean;
  /** Whether a checkbox set to null (`#N/A`) becomes false; otherwise its row fails. Default false. */
  readonly nullCheckboxIsFalse: boolean;
  /** Where `col N` of an unreadable cell counts from. One capture speaks for 0. Default 0. */
  readonly columnPositionsFrom: 0 | 1;
  /** Code of the refusal of base64 fields in Bulk queries, of which only the text is known. Default `API_ERROR`. */
  readonly blobErrorCode: string;
  /**
   * `errorMessage` of an ingest job with a base64 column (`Body`, `VersionData`), with `{field}` for its name: Bulk API 2.0
   * takes no files. The text is that of Bulk API 1.0.
   */
  readonly blobColumnText: string;
  /** Text of the refusal of OFFSET, TYPEOF, aggregates and GROUP BY in Bulk queries, with `{clause}` for what it was. */
  readonly unsupportedClauseText: string;
  /** Other messages of row errors by their code, since few are known to the letter: `{ "MALFORMED_ID": "bad id" }`. */
  readonly errorTexts: Readonly<Record<string, string>>;
  /** Whether a file without the column that identifies its records fails as a whole, or row by row. Default true. */
  readonly missingKeyColumnFailsJob: boolean;
};

export const defaultQuirks: Quirks = {
  booleanWords: 'true-false',
  duplicateScopeRecords: 200,
  grandparentsInBulk: true,
  unfilterableModstamps: [],
  caseInsensitivePicklists: false,
  nullCheckboxIsFalse: false,
  columnPositionsFrom: 0,
  blobErrorCode: 'API_ERROR',
  blobColumnText:
    'InvalidBatch : Binary field {field} is only supported for content types ZIP_XML and ZIP_CSV',
  unsupportedClauseText: '{clause} not supported in Bulk V2 Query with CSV content type',
  errorTexts: {},
  missingKeyColumnFailsJob: true,
};
