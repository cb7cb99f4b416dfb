import type { OutputStamp } from '../files/output-place.js';
import type { ColumnDelimiter, IngestOperation, JobInfo, LineEnding } from '../api/types.js';
import type { CopyPlan, CopyRecord } from './copy-record.js';
import type { InputMark } from './input-mark.js';
import type { ChangePlan, ChangeProgress, QueriedChange } from './change-plan.js';
import type { ExportPart, ExportPlan, IdsOutcome } from './export-plan.js';
import type { WaitFor } from '../jobs/deadline.js';

export type { InputMark } from './input-mark.js';

/**
 * Raised whenever an older reader would misread a newer journal. Version 2 numbers each line and names its owner;
 * version 1 is still read, and goes on as version 2 from the line on with which another process takes it over.
 */
export const journalVersion = 2;

/** Where a run happens. The org id, not the alias, tells orgs apart: aliases and instance URLs move. */
export type RunOrg = {
  readonly username?: string;
  readonly orgId?: string;
  readonly instanceUrl: string;
  readonly apiVersion: string;
};

/** A file that rows are read from: the user's own, or a spool that was made from it. */
export type SourceFile = {
  /** Absolute path of the bytes. */
  readonly path: string;
  /** What the user called it; shown in messages and results. */
  readonly name: string;
  readonly bytes: number;
  /** Modification time, milliseconds since 1970. With `bytes` it tells whether the file has changed since. */
  readonly mtimeMs: number;
  /** True when the file was made by the plugin and is removed with the journal. */
  readonly spooled: boolean;
  /** A file that tells where each row of a spool was in the user's own input; absent where it is the same row. */
  readonly places?: string;
  /** A file with the numbers of the input's rows that are not in this spool; absent where all are. */
  readonly leftOut?: string;
  /** A file with the cells of a spool's rows that are not sent, for the result files; absent where there are none. */
  readonly kept?: string;
};

/** A run of whole records in one source file. */
export type Segment = {
  /** Index into the plan's sources. */
  readonly source: number;
  readonly start: number;
  readonly end: number;
  readonly rows: number;
  /** The number of the first record in its source, from 1. */
  readonly firstRow: number;
  /** Of exactly the bytes from `start` to `end`. */
  readonly sha256: string;
  readonly endsWithNewline: boolean;
  /** The checksum of its keys (`KeySum`); absent where the rows have none. */
  readonly sum?: string;
};

/** What one ingest job uploads: the header, then these segments. */
export type Part = {
  readonly index: number;
  readonly segments: readonly Segment[];
  readonly rows: number;
  readonly bytes: number;
};

/** Everything that resuming a load needs, fixed before the first request. */
export type LoadPlan = {
  readonly operation: IngestOperation;
  readonly object: string;
  readonly externalId?: string;
  /** The field that an update has found its records by; absent: their ids are in the input. */
  readonly keyField?: string;
  readonly assignmentRuleId?: string;
  readonly columnDelimiter: ColumnDelimiter;
  readonly lineEnding: LineEnding;
  /** The header line that every part begins with, without its line ending. */
  readonly header: string;
  readonly columns: readonly string[];
  readonly sources: readonly SourceFile[];
  readonly parts: readonly Part[];
  readonly rows: number;
  readonly concurrency: number;
  readonly resultsDir: string;
  /** Absolute path of the page about its rows that was asked for, which a resume writes again; absent: none was. */
  readonly reportPath?: string | undefined;
  /** Uploads are compressed, unless the org turns out not to take them so; absent: they are not. */
  readonly compress?: boolean;
  /** How often rows that failed temporarily are retried; absent: never. */
  readonly retries?: number;
  /** Once so many rows have failed, no further job is created; absent: however many fail. */
  readonly maxFailures?: number;
  /** How long whoever started the load waits for it; absent: to its end. */
  readonly wait?: WaitFor;
  /** What was found of the input that did not stand in the way of the load, a sentence each; absent: nothing. */
  readonly warnings?: readonly string[];
  /** The rows of the input that are not sent, since the org would not take them; absent where all are. */
  readonly setAside?: SetAside;
  /** Values were not checked against the object's describe; absent: they were. */
  readonly isUnchecked?: boolean;
  /** Of a retry: rows of the load before that its files did not have; `places` names the first, where they are known. */
  readonly missing?:
    | {
        readonly count: number;
        readonly places: ReadonlyArray<{ readonly file: string; readonly row: number }>;
      }
    | undefined;
  /** Of a retry with `emptyAsNull`: the columns that the first load had. Of others, empty cells don't clear the field. */
  readonly clearedColumns?: readonly string[];
  /**
   * Result files have the places of their rows, all three of them, and these columns of the input, which are not sent;
   * absent: only that of the failed rows has places. Those of a copy's loads have them of rows that did not succeed.
   */
  readonly keptColumns?: readonly string[];
  /** The run whose failed and unprocessed rows these are. */
  readonly retryOf?: string;
  /** The result files that a retry has read; absent in older journals, and for any other load. */
  readonly retried?: readonly InputMark[];
  /** The change by query whose new values these are. */
  readonly change?: QueriedChange;
  /** The copy that this load is a step of. */
  readonly ofCopy?: string;
  /** The field that tells when its records were last modified: a file of the run's own has what it said of each. */
  readonly stampField?: string;
  /** In the order of the sources; absent in older journals. */
  readonly inputs?: readonly InputMark[];
  /** The most bytes of raw rows in one job; absent where the service alone sets the limit. */
  readonly maxJobBytes?: number;
  /** Options that decide what is sent of the inputs, by their names in the request; those that were not given are absent. */
  readonly options?: Readonly<Record<string, unknown>>;
};

/** A file of failed records with rows that `rows` of the plan does not count; `errors` (`ErrorGroup`) say why. */
export type SetAside = {
  readonly path: string;
  readonly rows: number;
  readonly errors?: unknown;
  /** How many of the rows are of which input, by its name; absent where that isn't known. */
  readonly byFile?: Readonly<Record<string, number>>;
};

/** What tells which rows a load has put into its files of failed and unprocessed rows. */
export type LeftRows = {
  /** Rows with a place in the input; the places are in a file of the run's own, of which `sha256` is. */
  readonly placed: number;
  readonly sha256: string;
  /** Rows without one, of each file. */
  readonly unplaced: { readonly failed: number; readonly unprocessed: number };
  /** Rows whose values are those of a row before them, in both files together. */
  readonly equal: number;
  /** What the files had in them; absent in older journals. */
  readonly contents?: Partial<Readonly<Record<'failed' | 'unprocessed', Pick<InputMark, 'bytes' | 'crc32'>>>>;
};

/** What a further round of a load differs in from the first. */
export type RetryPlan = Pick<LoadPlan, 'sources' | 'parts' | 'rows' | 'concurrency'>;

/** The record that a journal begins with. */
export type FirstRecord = Extract<JournalRecord, { type: 'load' | 'export' | 'change' | 'copy' }>;

/** One line of a journal. `…ing` and `…e` records are written before the request that they name, `…ed` after its answer. */
export type JournalRecord =
  | ({ readonly version: number; readonly at: string; readonly org: RunOrg } & (
      | { readonly type: 'load'; readonly plan: LoadPlan }
      | { readonly type: 'export'; readonly plan: ExportPlan }
      | { readonly type: 'change'; readonly plan: ChangePlan }
      /** `org` is the target; `source` is absent where the records come from a folder. */
      | { readonly type: 'copy'; readonly plan: CopyPlan; readonly source?: RunOrg }
    ))
  | CopyRecord
  /** A call of SObject Collections with the found records from `from` up to, and without, `to`, counted from 0. */
  | { readonly type: 'send'; readonly from: number; readonly to: number }
  /** The results of all records before `to` are in the file of results, synced. */
  | {
      readonly type: 'answered';
      readonly to: number;
      readonly offset: number;
      readonly progress: ChangeProgress;
    }
  | { readonly type: 'create'; readonly part: number }
  | { readonly type: 'created'; readonly part: number; readonly jobId: string }
  | { readonly type: 'upload'; readonly part: number; readonly jobId: string }
  | { readonly type: 'uploaded'; readonly part: number; readonly jobId: string }
  | { readonly type: 'close'; readonly part: number; readonly jobId: string }
  | { readonly type: 'closed'; readonly part: number; readonly jobId: string; readonly info?: JobInfo }
  | { readonly type: 'abandoned'; readonly part: number; readonly jobId: string; readonly reason: string }
  | { readonly type: 'ended'; readonly part: number; readonly jobId: string; readonly info: JobInfo }
  | {
      readonly type: 'collected';
      readonly jobId: string;
      readonly progress: unknown;
      /** In the names of the partial files that have the rows: see `gatheredBy`. Absent in older journals. */
      readonly writer?: string;
    }
  | {
      readonly type: 'page';
      /** Absent for part 0. */
      readonly part?: number;
      /** Pages in the order of the output, from 0. */
      readonly page: number;
      readonly nextLocator?: string;
      /** The header line of the results. */
      readonly header: string;
      readonly rows: number;
      /** Bytes of the partial output file up to the end of this page; in a folder, of the page's own file. */
      readonly offset: number;
      /** Of a part with ids: which of them it has, a bit each, in base64. */
      readonly found?: string;
    }
  /** The output is complete, and about to get its name: that can be repeated. Older journals have no stamp. */
  | {
      readonly type: 'finish';
      readonly job: JobInfo;
      readonly rows: number;
      readonly stamp?: OutputStamp;
      readonly ids?: IdsOutcome;
    }
  /** The pages so far do not add up: whoever resumes begins the output again. */
  | { readonly type: 'restart' }
  /** The org could not finish a query job in time: these take its place, in this order. */
  | { readonly type: 'split'; readonly part: number; readonly into: readonly ExportPart[] }
  /** The org does not take compressed uploads: nothing is compressed from here on, and these parts are sent again. */
  | { readonly type: 'uncompressed'; readonly parts: readonly number[] }
  /** Rows that failed temporarily are retried: these parts, whose numbers follow on, come behind those before. */
  | { readonly type: 'retry'; readonly at: string; readonly plan: RetryPlan }
  /**
   * Records of a change by query that were modified since it found them are not sent: these parts take the place of those
   * with their numbers, and may be empty. `setAside` has all that were skipped so far.
   */
  | {
      readonly type: 'skip';
      readonly at: string;
      readonly parts: readonly Part[];
      readonly setAside: SetAside;
    }
  /** No further job is created: rows that are in none stay unprocessed. What was closed is waited for and collected. */
  | {
      readonly type: 'halt';
      readonly at: string;
      readonly cause: 'refused' | 'aborted';
      /** A sentence: what the org says, or who has ended it. */
      readonly reason: string;
      /** The org's own code of its refusal. */
      readonly code?: string;
    }
  /** The result files go into this folder, whatever was said before; what was collected is collected again. */
  | { readonly type: 'results'; readonly dir: string }
  /** The sources were found to be elsewhere, with the same bytes: this is where they are now. */
  | { readonly type: 'sources'; readonly sources: readonly SourceFile[] }
  /** The result files are complete and add up. From here on they get their names. */
  | {
      readonly type: 'complete';
      readonly summary: unknown;
      /** Where the complete files are until then, by absolute paths. Absent in older journals. */
      readonly files?: { readonly success: string; readonly failed: string; readonly unprocessed: string };
      /** Absent where all rows have succeeded, and in older journals. */
      readonly left?: LeftRows;
    }
  /** Nothing is left to do. */
  | {
      readonly type: 'done';
      readonly at: string;
      readonly summary: unknown;
      /** Why the run ended without results. */
      readonly reason?: string;
      /** A person has ended it. */
      readonly isAborted?: boolean;
      /** Of a copy that a person has ended: its files say which id became which. Absent in older journals. */
      readonly hasIds?: boolean;
    }
  /** A retry's results have been brought into the result files of the load that its rows are of. */
  | { readonly type: 'merged'; readonly into: string };
