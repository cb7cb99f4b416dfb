/** Where the reading of rows stands between two chunks. */
export type RowPosition = {
  /** Records so far; blank lines are none. */
  readonly rows: number;
  readonly isQuoted: boolean;
  /** Bytes of the record that has begun. */
  readonly pendingBytes: number;
  /** Undefined before the first byte. */
  readonly lastByte: number | undefined;
};

export const beginning: RowPosition = { rows: 0, isQuoted: false, pendingBytes: 0, lastByte: undefined };

/** Takes the next bytes of the rows; they may be cut anywhere. */
export type CountRows = (chunk: Buffer, before: RowPosition) => RowPosition;
