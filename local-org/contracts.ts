/**
 * The seam inside the local org: HTTP and Bulk on one side, data on the other.
 * The server side speaks only to `Database`; the data side knows nothing of HTTP or CSV.
 */

/** A value as the org stores it: dates and datetimes as ISO text, references as 18-character ids. */
export type Value = string | number | boolean | null;

/** A stored record, keyed by the field's API name in the schema's own case. `Id` is always present. */
export type StoredRecord = Record<string, Value>;

/** The part of a describe field that the org acts on; the JSON file may carry more, which describe echoes. */
export type Field = {
  readonly name: string;
  readonly type: string;
  readonly label: string;
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly custom: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly nillable: boolean;
  readonly defaultedOnCreate: boolean;
  readonly externalId: boolean;
  readonly idLookup: boolean;
  /** Whether a query may name it in WHERE. */
  readonly filterable: boolean;
  readonly unique: boolean;
  readonly relationshipName: string | null;
  readonly referenceTo: readonly string[];
  readonly polymorphicForeignKey: boolean;
  readonly restrictedPicklist: boolean;
  readonly picklistValues: ReadonlyArray<{ readonly value: string; readonly active: boolean }>;
  readonly compoundFieldName: string | null;
};

/** A describe result: what `GET /sobjects/{name}/describe` answers, and what `local-org/schema/*.json` holds. */
export type SObjectDescribe = {
  readonly name: string;
  readonly label: string;
  readonly keyPrefix: string;
  readonly fields: readonly Field[];
  readonly [more: string]: unknown;
};

/** An error of one record, in the wording of the Collections API (`statusCode`, not `errorCode`). */
export type SaveError = {
  readonly statusCode: string;
  readonly message: string;
  readonly fields: readonly string[];
};

export type SaveResult =
  | { readonly success: true; readonly id: string; readonly created: boolean }
  | { readonly success: false; readonly id?: string; readonly errors: readonly SaveError[] };

export type Operation = 'insert' | 'update' | 'upsert' | 'delete' | 'hardDelete';

/** One record to save: header names as the client wrote them (`Account.Ext__c`, `Lead:Who.Email`) to cell or JSON value. */
export type InputRecord = Readonly<Record<string, unknown>>;

export type SaveRequest = {
  readonly operation: Operation;
  readonly object: string;
  /** Upsert only; `Id` is allowed. */
  readonly externalIdField?: string;
  /** `csv`: cells are text, `''` is "leave alone", `#N/A` is null. `json`: values are typed, `null` is null. */
  readonly source: 'csv' | 'json';
  readonly records: readonly InputRecord[];
  /** Rows that the object had when the file was begun: later ones are found as no row's parent. Default: all that there are. */
  readonly knownRows?: number;
};

/** A failure of a whole request, as REST reports it. Bulk turns it into its own shape and wording. */
export class OrgError extends Error {
  readonly errorCode: string;
  readonly status: number;
  constructor(errorCode: string, message: string, status = 400) {
    super(message);
    this.errorCode = errorCode;
    this.status = status;
  }
}

/** A failure that a Bulk query job meets only when it runs: the job is created, then ends as `Failed` with this message. */
export class JobFailure extends OrgError {}

/** A column of a query result: the path as selected, in the schema's case (`Account.Name`), with the field it ends in. */
export type QueryColumn = {
  readonly path: string;
  readonly field: Field | undefined;
  readonly aggregate: boolean;
};

export type QueryOutcome = {
  readonly object: string;
  /** Rows in the result: `totalSize` of REST. Which records these are is settled when the query runs. */
  readonly size: number;
  readonly columns: readonly QueryColumn[];
  /** Rows in order; each a list of values aligned with `columns`. Lazily produced, one at a time. */
  readonly rows: Iterable<readonly Value[]>;
  /** REST-shaped records (with `attributes`, nested parents, child subqueries), lazily produced. */
  readonly records: Iterable<Record<string, unknown>>;
  /** For `SELECT COUNT() FROM X`: the count; rows and records are then empty. */
  readonly count?: number;
  /** Rows and records from `start` to before `end` (default: the last), without producing those before. */
  slice(start: number, end?: number): Pick<QueryOutcome, 'rows' | 'records'>;
};

export type QueryRequest = {
  readonly soql: string;
  /** `queryAll`: deleted records are seen. */
  readonly includeDeleted: boolean;
  /** For the URLs in records: `62.0`. Default: the newest the org knows. */
  readonly apiVersion?: string;
  /** Refuse what Bulk API 2.0 cannot do, with the messages of protocol.md 2.6. */
  readonly bulk: boolean;
};

/** The org's data: schema, records, recycle bin. Synchronous: an org's batch is atomic towards other batches. */
export interface Database {
  /** @throws OrgError NOT_FOUND, status 404 */
  describe(object: string): SObjectDescribe;
  /** Case-insensitive; undefined when there is none. */
  find(object: string): SObjectDescribe | undefined;
  readonly objects: readonly SObjectDescribe[];
  /** The object whose schema file says `"role": "user"`: who owns and changes records. The first record is the org's own. */
  objectOfRole(role: 'user' | 'organization' | 'recordType'): string;
  /** Names of objects of the Tooling API: their schema files say `"role": "tooling"`. This org has no records of them. */
  readonly toolingObjects: readonly string[];
  /**
   * Checks a header for a Bulk job before any row is touched.
   * @returns the job-level `errorMessage` ("InvalidBatch : Field name not found : X"), or undefined when it is good
   */
  headerProblem(
    request: Omit<SaveRequest, 'records' | 'source'>,
    header: readonly string[],
  ): string | undefined;
  /** Saves each record on its own (partial success); one result per record, in order. */
  save(request: SaveRequest): SaveResult[];
  /** @throws OrgError MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE, API_ERROR … */
  query(request: QueryRequest): QueryOutcome;
  /**
   * What to return to when a request must be undone as a whole (`allOrNone`).
   * It lapses when the current turn ends, or when another is set: undo before the next `await`, or never.
   */
  savepoint(): () => void;
  /** Rows that an object ever had. */
  rowCount(object: string): number;
  /** Adds records as they are, without checks (for seeding); `Id` is made when absent. */
  load(object: string, records: Iterable<Record<string, Value>>): void;
  /** Live records of an object, in insertion order. */
  scan(object: string, options?: { readonly includeDeleted?: boolean }): Iterable<StoredRecord>;
}
