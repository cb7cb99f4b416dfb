import type { QueryOperation } from '../api/types.js';
import type { ColumnTypes, ColumnKind } from '../describe/column-types.js';
import type { ResultFormat } from './writer.js';

/** One file of a dataset, as it lies in the folder. */
export type DatasetPart = {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  /** Of the file's bytes, compressed if it is; hexadecimal. */
  readonly sha256: string;
};

/** `_manifest.json` of an export into a folder: what was asked, what came, and how to tell that it is all there. */
export type DatasetManifest = {
  readonly version: 1;
  readonly query: string;
  readonly operation: QueryOperation;
  readonly object: string;
  /** More than one when the query was split into ranges. */
  readonly jobIds: readonly string[];
  readonly apiVersion: string;
  /** When the export was complete, in ISO 8601 and UTC. */
  readonly completedAt: string;
  readonly format: ResultFormat;
  readonly isGzip: boolean;
  readonly schema: ReadonlyArray<{ readonly name: string; readonly type: ColumnKind }>;
  readonly rows: number;
  readonly bytes: number;
  readonly parts: readonly DatasetPart[];
};

export type DatasetManifestInput = Omit<DatasetManifest, 'version' | 'schema' | 'rows' | 'bytes'> & {
  readonly columns: readonly string[];
  /** One kind per column; without it, every column is a string. */
  readonly types?: ColumnTypes;
};

/**
 * What reads a folder as one dataset passes over names that begin with an underscore (Spark: `InMemoryFileIndex`; Arrow:
 * `ignore_prefixes`); under any other name it would take the manifest for a part, and fail.
 */
export const manifestFileName = '_manifest.json';

/** Builds the manifest, with the sums over its parts. */
export function datasetManifest({ columns, types, ...facts }: DatasetManifestInput): DatasetManifest {
  return {
    version: 1,
    query: facts.query,
    operation: facts.operation,
    object: facts.object,
    jobIds: facts.jobIds,
    apiVersion: facts.apiVersion,
    completedAt: facts.completedAt,
    format: facts.format,
    isGzip: facts.isGzip,
    schema: columns.map((name, index) => ({ name, type: types?.[index] ?? 'string' })),
    rows: facts.parts.reduce((sum, part) => sum + part.rows, 0),
    bytes: facts.parts.reduce((sum, part) => sum + part.bytes, 0),
    parts: facts.parts,
  };
}

/** The name of a part: `part-000000.csv.gz`. Names sort in the order of the rows. */
export function partFileName(index: number, format: ResultFormat, isGzip: boolean): string {
  return `part-${String(index).padStart(6, '0')}.${format}${isGzip ? '.gz' : ''}`;
}
