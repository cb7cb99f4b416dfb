import { encodeCell } from '../../csv/cells.js';
import type { ErrorGroup } from './error-groups.js';
import type { IngestResultKind } from '../../api/types.js';

/** The service's name of each result set, and the columns that the service puts before the row's own. */
export const resultSets: Readonly<
  PerResultFile<{ readonly kind: IngestResultKind; readonly serviceColumns: readonly string[] }>
> = {
  success: { kind: 'successfulResults', serviceColumns: ['sf__Id', 'sf__Created'] },
  failed: { kind: 'failedResults', serviceColumns: ['sf__Id', 'sf__Error'] },
  unprocessed: { kind: 'unprocessedrecords', serviceColumns: [] },
};

export type ResultSetName = keyof PerResultFile<unknown>;

export const resultSetNames: readonly ResultSetName[] = ['success', 'failed', 'unprocessed'];

/** One downloaded result set, whole and counted. */
export type ResultSet = {
  readonly name: ResultSetName;
  readonly rows: number;
  /** How many of them the org says it has created. */
  readonly created: number;
  /** The checksum of its keys; undefined where none was asked for, or where its rows have no key. */
  readonly keySum?: string | undefined;
  /** What separates its cells. */
  readonly delimiter: string;
  /** The names in its header, service columns included. */
  readonly header: readonly string[];
  /** Where its rows begin. */
  readonly headerBytes: number;
  readonly endsWithNewline: boolean;
  /** Can be read any number of times. */
  readonly read: () => AsyncIterable<Buffer>;
  readonly dispose: () => Promise<void>;
};

/** How the result files are written. */
export type Layout = {
  /** The row's own columns, in the order of the upload. */
  readonly columns: readonly string[];
  readonly delimiter: string;
  readonly newline: string;
  /** Columns behind those that the input has and that were not uploaded; with them, every file has the places of its rows. */
  readonly kept?: readonly string[] | undefined;
};

/** Columns that stand between the service's own and the row's in the file of failed rows, or in all of them. */
const placeColumns: readonly string[] = ['source__File', 'source__Row'];

/** The header line of a result file. The added columns are quoted, as the service does with its own. */
export function headerLine(name: ResultSetName, { columns, delimiter, newline, kept }: Layout): Buffer {
  const hasPlaces = name === 'failed' || kept !== undefined;
  const added = [...resultSets[name].serviceColumns, ...(hasPlaces ? placeColumns : [])];
  const own = [...columns, ...(kept ?? [])].map((column) => encodeCell(column, delimiter));
  return Buffer.from([...added.map(quoted), ...own].join(delimiter) + newline);
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** For each wanted column the index of its cell; -1 where the header has no such column. */
export function cellsOf(header: readonly string[], wanted: readonly string[]): number[] {
  const cells = new Map(header.map((name, index) => [name.toLowerCase(), index]));
  return wanted.map((name) => cells.get(name.toLowerCase()) ?? -1);
}

/** Whether two headers have the same columns in the same order; names are the same in any case (seen in results). */
export function areSameColumns(one: readonly string[], other: readonly string[]): boolean {
  return (
    one.length === other.length &&
    one.every((name, index) => name.toLowerCase() === other[index]?.toLowerCase())
  );
}

/** Paths, row counts or byte offsets of the three result files. */
export type PerResultFile<T> = { readonly success: T; readonly failed: T; readonly unprocessed: T };

/** Where the gathered rows stood when a job had been collected. Plain data, for the journal. */
export type CollectProgress = {
  /** How many jobs it covers. */
  readonly jobs: number;
  readonly bytes: PerResultFile<number>;
  readonly rows: PerResultFile<number>;
  /** Of the successful ones, those that the org has created; absent in older journals. */
  readonly created?: number;
};

export type CollectOutcome = {
  readonly successful: number;
  /** Those of them that were created and not updated; absent where that is not known. */
  readonly created?: number;
  readonly failed: number;
  readonly unprocessed: number;
  /** Of the failed rows, worst first. */
  readonly errors: readonly ErrorGroup[];
  /** A set without rows has no file. */
  readonly paths: PerResultFile<string | null>;
};
