import type { InputProblem } from '../../lib/errors.js';
import type { RetriedLoad } from '../../lib/load/account.js';
import type { ErrorGroup, PerResultFile } from '../../lib/load/load.js';
import type { CopyCounts } from '../../lib/run/copy-record.js';
import type { CopyGraph } from './copy-graph.js';
import type { Outcome } from './outcome.js';

/** Everything that a report page shows. Times are ISO 8601. */
export type ReportPage = {
  readonly operation: string;
  readonly object: string;
  /** The field that an upsert tells records apart by. */
  readonly externalId?: string | undefined;
  readonly outcome: Outcome;
  /** The load that a retry is of. */
  readonly retryOf?: RetriedLoad | undefined;
  readonly org: ReportOrg;
  readonly startedAt?: string | undefined;
  readonly endedAt?: string | undefined;
  readonly counts?: ReportCounts;
  /** What ended the load early. */
  readonly failure?: ReportFailure | undefined;
  /** What is wrong with an input that was refused. */
  readonly problems: readonly InputProblem[];
  readonly errors: readonly ErrorGroup[];
  readonly jobs: readonly ReportJob[];
  readonly inputs: readonly ReportInput[];
  /** Rows of the inputs that are not among theirs, since they were set aside; absent: none. */
  readonly setAsideRows?: number | undefined;
  /** A set without rows has no file. */
  readonly files?: PerResultFile<string | null> | undefined;
  readonly warnings: readonly string[];
  /** Facts about its jobs that nobody has to do anything about. */
  readonly notes?: readonly string[];
  readonly nextSteps: readonly NextStep[];
  /** Of a copy: its steps, and the objects. */
  readonly copy?: CopyFacts;
  readonly writtenAt: string;
};

/** No field can hold a token. */
export type ReportOrg = {
  readonly alias?: string | undefined;
  readonly username?: string | undefined;
  readonly orgId?: string | undefined;
  readonly instanceUrl: string;
  readonly apiVersion: string;
};

export type ReportCounts = {
  /** Rows of the input; for a job of another tool, those that the org tells of. */
  readonly input: number;
  readonly successful: number;
  readonly failed: number;
  readonly unprocessed: number;
  /** Of a copy: records that were not sent, since a parent is missing. */
  readonly held?: number;
  /** False while the org is at work: rows that are unprocessed now may be processed yet. */
  readonly areFinal: boolean;
};

export type ReportFailure = { readonly message: string; readonly actions: readonly string[] };

/** What is not known is absent. */
export type ReportJob = {
  readonly id?: string | undefined;
  readonly state?: string | undefined;
  readonly rows?: number | undefined;
  readonly bytes?: number | undefined;
  readonly processed?: number | undefined;
  readonly failed?: number | undefined;
  /** How often the org has begun its batches anew. */
  readonly retries?: number | undefined;
  readonly createdAt?: string | undefined;
  readonly processingMs?: number | undefined;
  readonly apexMs?: number | undefined;
  readonly errorMessage?: string | undefined;
  /** Has rows of an earlier job, sent again. */
  readonly isRetry: boolean;
};

export type ReportInput = {
  readonly name: string;
  /** All that it has, those that were not sent included where these are known. */
  readonly rows: number;
  readonly unsent?: number | undefined;
  readonly bytes: number;
  readonly pieces: readonly InputPiece[];
};

/** A run of whole rows of an input that went into one job. */
export type InputPiece = {
  readonly firstRow: number;
  readonly rows: number;
  /** Byte offsets in the file. */
  readonly start: number;
  readonly end: number;
  /** Of exactly those bytes. */
  readonly sha256: string;
};

export type NextStep = { readonly text: string; readonly command?: string };

export type CopyFacts = {
  /** Absent where the records come from a folder. */
  readonly source?: ReportOrg;
  readonly steps: readonly CopyStepFacts[];
  readonly errors: ReadonlyArray<{
    readonly object: string;
    readonly code: string;
    readonly message: string;
    readonly count: number;
  }>;
  readonly graph: CopyGraph;
  /** Names of owners that the target doesn't have. */
  readonly missingOwners: readonly string[];
  readonly files: readonly string[];
};

export type CopyStepFacts = {
  readonly name: string;
  readonly does: 'insert' | 'update' | 'upsert' | 'reference' | 'match';
  readonly state: string | undefined;
  /** Absent until it has ended. */
  readonly counts: CopyCounts | undefined;
  readonly jobIds: readonly string[];
};
