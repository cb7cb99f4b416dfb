import type { IngestResultKind } from '../../api/types.js';
import type { PerResultFile } from './request.js';

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
