import type { ColumnDelimiter, LineEnding, QueryOperation } from '../api/types.js';
import type { FilePlace, OutputPlace } from '../files/output-place.js';

/** Everything that resuming an export needs. */
export type ExportPlan = {
  readonly operation: QueryOperation;
  readonly soql: string;
  readonly columnDelimiter: ColumnDelimiter;
  readonly lineEnding: LineEnding;
  readonly format: string;
  readonly typed: boolean;
  /** JSON only: `Account.Name` becomes `{"Account":{"Name":…}}`. */
  readonly nested?: boolean;
  /** CSV only: begins with a byte order mark. */
  readonly bom?: boolean;
  /** CSV only: numbers are written without exponents. */
  readonly plainNumbers?: boolean;
  /** The output is compressed. */
  readonly gzip?: boolean;
  /** Absolute; absent when the records go to standard output or to a folder. */
  readonly outputFile?: string;
  /** Absolute: a folder that gets one file per page of the results, and a manifest. */
  readonly outputDir?: string;
  /** Where the output is made, fixed when the export begins; absent for standard output, and in older journals. */
  readonly place?: OutputPlace | FolderPlace;
  /** Pages fetched at once; absent: as many as their speed suggests. */
  readonly concurrency?: number;
  /** An export since the last one (`--since LAST`): which high-water mark is moved when it is complete. */
  readonly mark?: ExportMark;
  /** The copy that this export is a part of. */
  readonly ofCopy?: string;
  /** Records touch the disk in its output only, whose sink masks them; pages wait in memory for their turn. */
  readonly isPrivate?: boolean;
  /** Records of these ids only, in a query job for each so many of them. */
  readonly ids?: ExportIds;
};

/** Ids that an export asks for. They are in a file of the run's own, sorted, each once. */
export type ExportIds = {
  readonly count: number;
  /** Of that file. */
  readonly sha256: string;
  readonly idsPerJob: number;
  /** Rows of the input that have an id which came before. */
  readonly duplicates: number;
  /** Absolute: lists the ids that were not found. Absent: a file in `folder` named after the first job, if there are some. */
  readonly notFoundFile?: string;
  /** Absolute. */
  readonly folder: string;
};

/** What has become of the ids that an export asked for. */
export type IdsOutcome = {
  /** Each counted once. */
  readonly asked: number;
  readonly found: number;
  readonly notFound: number;
  /** Lists those that were not found; null where there is no such file. */
  readonly notFoundFilePath: string | null;
};

/** A folder that appears under its name when it is complete; absent or empty until then. */
export type FolderPlace = Omit<FilePlace, 'kind'> & { readonly kind: 'folder' };

/** What the high-water mark of incremental exports is kept under, the org aside. */
export type ExportMark = {
  readonly object: string;
  readonly operation: QueryOperation;
  /** The output's absolute path; absent for standard output. */
  readonly output?: string;
  /** The query before it was narrowed: one query's mark says nothing about another. */
  readonly query: string;
  /** What changes are told by, where that is not SystemModstamp. */
  readonly field?: string;
};

/** One query job of an export: part 0 is the query as it was asked for, the others are ranges of it, or lists of its ids. */
export type ExportPart = {
  readonly part: number;
  /** Before it is narrowed to `ids`. */
  readonly soql: string;
  /** The ids that it asks for, by their places in the list. */
  readonly ids?: { readonly from: number; readonly to: number };
  /** `from` <= field < `to`; without a bound it is open on that side. */
  readonly range?: { readonly field: 'Id' | 'CreatedDate'; readonly from?: string; readonly to?: string };
};
