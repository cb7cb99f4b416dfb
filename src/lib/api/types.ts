/** Shapes of Bulk API 2.0 and the REST resources around it, as the service sends and takes them. */

/** Delimiters that an ingest or query job understands (Bulk API guide: Create a Job). */
export type ColumnDelimiter = 'BACKQUOTE' | 'CARET' | 'COMMA' | 'PIPE' | 'SEMICOLON' | 'TAB';

/** How rows of CSV end, in an ingest or query job (Bulk API guide: Create a Job). */
export type LineEnding = 'LF' | 'CRLF';

/** The character of each delimiter the service names. */
export const delimiterCharacters: Readonly<Record<ColumnDelimiter, string>> = {
  BACKQUOTE: '`',
  CARET: '^',
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  TAB: '\t',
};

/** What an ingest job does (Bulk API guide: Create a Job); `hardDelete` needs a permission of its own. */
export type IngestOperation = 'insert' | 'update' | 'upsert' | 'delete' | 'hardDelete';

/** What a query job reads; `queryAll` finds deleted and archived records too. */
export type QueryOperation = 'query' | 'queryAll';

/** Where a job stands (Bulk API guide: Job States). Query jobs are never `Open`. */
export type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

/** Body of `POST /jobs/ingest`. */
export type IngestJobRequest = {
  readonly object: string;
  readonly operation: IngestOperation;
  readonly externalIdFieldName?: string | undefined;
  readonly columnDelimiter?: ColumnDelimiter | undefined;
  readonly lineEnding?: LineEnding | undefined;
  readonly contentType?: 'CSV' | undefined;
  readonly assignmentRuleId?: string | undefined;
};

/** Body of `POST /jobs/query`. */
export type QueryJobRequest = {
  readonly operation: QueryOperation;
  readonly query: string;
  readonly columnDelimiter?: ColumnDelimiter | undefined;
  readonly lineEnding?: LineEnding | undefined;
};

/**
 * A job as the service tells it. Which keys are there depends on the call and the state: create answers have no
 * counters, PATCH answers are short, `errorMessage` comes with `Failed` only (seen in org captures, v52 to v60).
 */
export type JobInfo = {
  readonly id: string;
  readonly operation: IngestOperation | QueryOperation;
  readonly object: string;
  readonly state: JobState;
  readonly createdById: string;
  readonly createdDate: string;
  readonly systemModstamp: string;
  readonly concurrencyMode?: string;
  readonly contentType?: string;
  readonly apiVersion: number;
  readonly jobType?: string;
  readonly contentUrl?: string;
  readonly lineEnding?: LineEnding;
  readonly columnDelimiter?: ColumnDelimiter;
  readonly externalIdFieldName?: string;
  readonly assignmentRuleId?: string;
  /** Includes the records that failed. */
  readonly numberRecordsProcessed?: number;
  readonly numberRecordsFailed?: number;
  readonly retries?: number;
  /** Milliseconds. */
  readonly totalProcessingTime?: number;
  readonly apiActiveProcessingTime?: number;
  readonly apexProcessingTime?: number;
  readonly errorMessage?: string;
  readonly isPkChunkingSupported?: boolean;
};

/** The three result sets of an ingest job, by the last path segment the service uses. */
export type IngestResultKind = 'successfulResults' | 'failedResults' | 'unprocessedrecords';

/** A field of a describe result, in the part that this library reads. */
export type DescribeField = {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly length: number;
  readonly precision?: number;
  readonly scale?: number;
  readonly custom: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly nillable: boolean;
  readonly defaultedOnCreate: boolean;
  readonly defaultValue?: string | number | boolean | null;
  readonly defaultValueFormula?: string | null;
  readonly autoNumber?: boolean;
  /** A formula, or a sum of children. */
  readonly calculated?: boolean;
  readonly calculatedFormula?: string | null;
  readonly externalId: boolean;
  readonly idLookup: boolean;
  /** No two records have the same value. */
  readonly unique?: boolean;
  /** Whether a query may name it in WHERE. */
  readonly filterable?: boolean;
  readonly relationshipName: string | null;
  readonly referenceTo: readonly string[];
  readonly polymorphicForeignKey?: boolean;
  readonly restrictedPicklist?: boolean;
  readonly picklistValues?: ReadonlyArray<{
    readonly value: string;
    readonly active: boolean;
    readonly defaultValue?: boolean;
  }>;
  readonly compoundFieldName?: string | null;
};

/** The result of `GET /sobjects/{name}/describe`, in the part that this library reads. */
export type SObjectDescribe = {
  readonly name: string;
  readonly label: string;
  readonly keyPrefix: string | null;
  readonly fields: readonly DescribeField[];
  /** What the user may do with its records; absent where the org doesn't say. */
  readonly createable?: boolean;
  readonly updateable?: boolean;
  readonly deletable?: boolean;
  /** The objects whose records have one of these as a parent, and what the lists of them are called. */
  readonly childRelationships?: ReadonlyArray<{
    readonly relationshipName: string | null;
    readonly childSObject: string;
  }>;
};
