/** What tells whether a file is as it was: its checksum, where it has another time. */
export type FileMark = {
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly crc32?: number;
};

/** What tells whether an input is one that another load has sent. */
export type InputMark = {
  /** Absolute, behind all links; absent for a stream. */
  readonly path?: string;
  /** Of the file at the path, as `SourceFile` has it. */
  readonly size?: number;
  readonly mtimeMs?: number;
  /** Of the input as CSV in UTF-8; it has errors where it has the column that says why its rows have failed before. */
  readonly bytes: number;
  readonly crc32: number;
  readonly hasErrors?: boolean;
  /** It was records, of which not each needs to have every field. */
  readonly isRecords?: boolean;
};
