import type { Quirks as DataQuirks } from './data/quirks.ts';
import type { RecordTypeSeed } from './data/schema/record-types.ts';
import type { FaultSpec } from './server/fault-spec.ts';
import { randomOrgId, requireOrgId } from './server/ids.ts';

/**
 * Facts of the service that its documentation leaves open or that captures disagree on.
 * Each has a default, and a switch, so that a client can be tried against either.
 */
export type Quirks = {
  /** `Sforce-Limit-Info` on Bulk answers too. */
  readonly limitInfoOnBulk: boolean;
  /** Compress answers for clients that accept gzip. */
  readonly gzip: boolean;
  /** Take `Content-Encoding: gzip` on the CSV upload; refused with 415 otherwise. */
  readonly gzipUploads: boolean;
  /** How CSV answers are framed. With `content-length`, each is held in memory first. */
  readonly csvFraming: 'chunked' | 'content-length';
  /** Order of result rows. `random` is seeded by `randomSeed`: same seed and requests, same order. */
  readonly resultOrder: 'random' | 'input';
  /** Whether whole doubles below 1e7 are written `12.0` or `12`. */
  readonly wholeDoubles: 'with-point' | 'plain';
  /** Result files use the job's delimiter and line ending, or always comma and LF. */
  readonly resultDialect: 'job' | 'comma-lf';
  /** Column order of ingest results: as uploaded, alphabetical, or alphabetical up to v48 only. */
  readonly ingestColumnOrder: 'by-version' | 'upload' | 'alphabetical';
  /** The last part of a result's address: in any case, or as the documentation's examples have it. */
  readonly resultPathCase: 'any' | 'documented';
  /** Quotes in `unprocessedrecords`. */
  readonly unprocessedQuoting: 'when-needed' | 'always';
  /** What `unprocessedrecords` holds after a job that failed on its structure, or that was never closed. */
  readonly unprocessedWhenNothingRan: 'all' | 'none';
  /** Asking for the results of a job that has not finished. */
  readonly resultsWhileRunning: 'refused' | 'partial';
  /** A line ending of the other kind inside quotes fails the job, as public reports say. */
  readonly foreignLineEndingInQuotes: 'fails' | 'accepted';
  /** A row with more or fewer cells than the header. The text of the row error is this org's own. */
  readonly raggedRows: 'row-error' | 'fails-job';
  /** The same column twice in the header. */
  readonly duplicateColumns: 'fails-job' | 'last-wins';
  /** A column that matches no field: documented as dropped, seen as failing the job. */
  readonly unknownColumns: 'fails-job' | 'dropped';
  /** A property of the create request that is not in the documentation. */
  readonly unknownJobProperties: 'refused' | 'ignored';
  /** `assignmentRuleId` for an object without assignment rules; the text of the refusal is this org's own. */
  readonly assignmentRuleElsewhere: 'refused' | 'ignored';
  /** Deleting records of an object that takes no deletes: known is only that jobs to create or update are refused at once. */
  readonly deletesOfUndeletable: 'refused' | 'row-errors';
  /** A parent that nobody has: seen as the error of its row, documented as the failure of the job. */
  readonly unresolvableParent: 'row-error' | 'fails-job';
  /** Parents that the same file creates: never found, or found once their batch has been saved. */
  readonly parentsInSameFile: 'never' | 'of-earlier-batches';
  /** The misspelt "multipe" of the second-upload error, or the corrected spelling. */
  readonly secondUploadSpelling: 'multipe' | 'multiple';
  /** Whether an upload whose connection broke still counts as the job's one upload. */
  readonly cutUpload: 'forgotten' | 'kept';
  /** Status of an upload over the size limit. */
  readonly oversizeUploadStatus: 413 | 400;
  /** Closing an aborted job: refused with this text. */
  readonly closeAbortedText: string;
  /** Deleting an ingest job that is still Open. */
  readonly deleteOpenJob: 'refused' | 'deleted';
  /** The user holds "Bulk API Hard Delete". */
  readonly hardDeleteAllowed: boolean;
  /** What it says where the user does not. */
  readonly hardDeleteText: string;
  /** What becomes of a job that stayed open for too long. */
  readonly expiredOpenJob: 'Aborted' | 'Failed';
  /** `isPkChunkingSupported` comes after `errorMessage` or before it. */
  readonly pkChunkingFlag: 'last' | 'before-error';
  /** `resultPages` of a query job: the documented shape, the other reported one, or a 404. */
  readonly resultPages: 'resultPages' | 'resultChunks' | 'missing';
  /** Name of the continuation in `resultPages`: the documented table and its example disagree. */
  readonly resultPagesNext: 'nextRecordsUrl' | 'nextRecordUrl';
  /** Locators name the row and the result, as current orgs have them, or the row alone, as the documentation has it. */
  readonly locators: 'row-and-result' | 'row';
  /** Records of a collection that were rolled back keep the ids that they had been given. */
  readonly rolledBackKeepsId: boolean;
  /** API versions below this one still answer, with a `Warning: 299` header. */
  readonly deprecatedBelow: number;
};

export const defaultQuirks: Quirks = {
  limitInfoOnBulk: true,
  gzip: true,
  gzipUploads: false,
  csvFraming: 'chunked',
  resultOrder: 'random',
  wholeDoubles: 'with-point',
  resultDialect: 'job',
  ingestColumnOrder: 'by-version',
  resultPathCase: 'any',
  unprocessedQuoting: 'when-needed',
  unprocessedWhenNothingRan: 'all',
  resultsWhileRunning: 'refused',
  foreignLineEndingInQuotes: 'fails',
  raggedRows: 'row-error',
  duplicateColumns: 'fails-job',
  unknownColumns: 'fails-job',
  unknownJobProperties: 'refused',
  assignmentRuleElsewhere: 'refused',
  deletesOfUndeletable: 'refused',
  unresolvableParent: 'row-error',
  parentsInSameFile: 'never',
  secondUploadSpelling: 'multipe',
  cutUpload: 'forgotten',
  oversizeUploadStatus: 413,
  closeAbortedText: 'Closing already aborted Job not allowed',
  deleteOpenJob: 'refused',
  hardDeleteAllowed: true,
  hardDeleteText:
    'FeatureNotEnabled : hardDelete operation requires special user profile permission, please contact your system administrator',
  expiredOpenJob: 'Aborted',
  pkChunkingFlag: 'last',
  resultPages: 'resultPages',
  resultPagesNext: 'nextRecordsUrl',
  locators: 'row-and-result',
  rolledBackKeepsId: false,
  deprecatedBelow: 31,
};

const hourMs = 3_600_000;

/** Daily allowances; `GET /limits` counts them down. */
export type Allowances = {
  readonly DailyApiRequests: number;
  readonly DailyBulkApiBatches: number;
  readonly DailyBulkV2QueryJobs: number;
  readonly DailyBulkV2QueryFileStorageMB: number;
  /** Not of a day: what all records may take. */
  readonly DataStorageMB: number;
};

export const defaultAllowances: Allowances = {
  DailyApiRequests: 1_000_000,
  DailyBulkApiBatches: 15_000,
  DailyBulkV2QueryJobs: 10_000,
  DailyBulkV2QueryFileStorageMB: 976_562,
  DataStorageMB: 1_024,
};

/** How the org is set up; every part has a default. All of it is plain JSON. */
export type OrgOptions = {
  /** Port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** HTTPS, with a certificate of the org's own. Default: HTTP. */
  readonly tls?: boolean;
  /** The access token of the first session. Default: a random one. */
  readonly accessToken?: string;
  /** Further describe-shaped JSON files: each adds an object, or replaces one of the same name. */
  readonly schema?: readonly string[];
  /** The org has person accounts: Account has `IsPersonAccount`, `LastName` and others. Default false. */
  readonly personAccounts?: boolean;
  /** The org is a sandbox of this name: `Organization.IsSandbox`, and a suffix of its user's name. Default: it is none. */
  readonly sandbox?: string;
  /** `OrganizationType`: what the org was bought as. Default: `Developer Edition`. */
  readonly edition?: string;
  /** Record types, such as `{ "SobjectType": "Account", "DeveloperName": "Partner" }`; objects that have one have `RecordTypeId`. */
  readonly recordTypes?: readonly RecordTypeSeed[];
  /**
   * Records of the Tooling API, by object, such as `{ "ApexTrigger": [{ "TableEnumOrId": "Account" }] }`. A query gets all of
   * its object: its fields and conditions are not looked at. Objects without any are not known. Default: none.
   */
  readonly tooling?: Readonly<Record<string, ReadonlyArray<Record<string, unknown>>>>;
  /** JSON files of records to start with: `{ "Account": [{ "Name": "Acme" }] }`. */
  readonly seed?: readonly string[];
  /** Generated read-only tables: object name to number of rows. */
  readonly tables?: Readonly<Record<string, number>>;
  /** `strict` saves every row; `sink` counts rows, reports all as successful and keeps nothing but the bytes. */
  readonly ingestMode?: 'strict' | 'sink';
  /** Round-trip time in milliseconds: one per request, one more on a new connection, two with TLS. Default 0. */
  readonly latencyMs?: number;
  /** Bandwidth of each connection, each way, in bytes a second. Default: no limit. */
  readonly bandwidthBytesPerSecond?: number;
  /** Processing time of one batch of an ingest job. Default 5. */
  readonly batchDelayMs?: number;
  /** Records in an internal batch. Default 10,000. */
  readonly batchRows?: number;
  /** Processing time of a query job in each of its two unfinished states. Default 5. */
  readonly queryDelayMs?: number;
  /** Rows of a page of Bulk query results when the request names no `maxRecords`. Default 50,000. */
  readonly queryPageRows?: number;
  /** Records of a REST query page. Default 2,000. */
  readonly restPageRows?: number;
  /** Jobs of a page of the job list. Default 1,000. */
  readonly listPageRows?: number;
  /** Upload limit per job in bytes of base64. Default 150 MB. */
  readonly maxUploadBytes?: number;
  /** Characters of data that may come along when a job is created. Default 100,000; older guides say 20,000. */
  readonly maxMultipartCharacters?: number;
  /** Characters of a cell. Default 131,072; older guides say 32,000. */
  readonly maxFieldCharacters?: number;
  /** Records that a day's ingest jobs may bring. Default 150,000,000. */
  readonly dailyIngestRecords?: number;
  /** How long a job may stay open. Default 24 hours. */
  readonly openJobMs?: number;
  /** How long a job and its results are kept after its last change. Default 7 days. */
  readonly retainedJobMs?: number;
  /** How long the download of query results may take; the connection is closed then. Default 20 minutes. */
  readonly maxDownloadMs?: number;
  /** Bytes of a page of query results, which ends earlier if need be. Default 1,000,000,000. */
  readonly maxPageBytes?: number;
  /** Newest API version. Default 67. */
  readonly newestVersion?: number;
  /**
   * Id of the org, such as `00DLo0000000001`: its fourth to seventh characters are in every id of the org, and all of it
   * is in the username. Default: a random one, so that two orgs are never taken for the same.
   */
  readonly orgId?: string;
  /** Seed of everything random. Default 1. */
  readonly randomSeed?: number;
  readonly allowances?: Partial<Allowances>;
  readonly quirks?: Partial<Quirks>;
  /** The uncertain facts of saving and querying records. */
  readonly dataQuirks?: Partial<DataQuirks>;
  /** Faults active from the start. */
  readonly faults?: readonly FaultSpec[];
};

export type ResolvedOptions = Required<
  Omit<OrgOptions, 'quirks' | 'allowances' | 'accessToken' | 'sandbox' | 'edition'>
> & {
  readonly sandbox?: string;
  readonly edition?: string;
  readonly accessToken?: string;
  readonly quirks: Quirks;
  readonly allowances: Allowances;
};

export function resolveOptions(options: OrgOptions = {}): ResolvedOptions {
  return {
    port: 0,
    tls: false,
    schema: [],
    personAccounts: false,
    recordTypes: [],
    tooling: {},
    seed: [],
    tables: {},
    ingestMode: 'strict',
    latencyMs: 0,
    bandwidthBytesPerSecond: Infinity,
    batchDelayMs: 5,
    batchRows: 10_000,
    queryDelayMs: 5,
    queryPageRows: 50_000,
    restPageRows: 2000,
    listPageRows: 1000,
    maxUploadBytes: 150 * 1024 * 1024,
    maxMultipartCharacters: 100_000,
    maxFieldCharacters: 131_072,
    dailyIngestRecords: 150_000_000,
    openJobMs: 24 * hourMs,
    retainedJobMs: 7 * 24 * hourMs,
    maxDownloadMs: hourMs / 3,
    maxPageBytes: 1_000_000_000,
    newestVersion: 67,
    randomSeed: 1,
    faults: [],
    dataQuirks: {},
    ...options,
    orgId: options.orgId === undefined ? randomOrgId() : requireOrgId(options.orgId),
    quirks: { ...defaultQuirks, ...options.quirks },
    allowances: { ...defaultAllowances, ...options.allowances },
  };
}
