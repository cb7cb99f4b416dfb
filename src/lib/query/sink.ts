/** Where the records of an export go. Pages arrive in order, each whole. */
export type RecordSink = {
  /** Called once, before the first page; not again when an export is taken up in the middle. */
  begin(columns: readonly string[], header: Buffer): Promise<void>;
  /** Takes the data rows of one page. @returns the offset to take the output up at later, where that is possible */
  page(data: AsyncIterable<Buffer>): Promise<number>;
  /** All records are there and counted: completes the output. */
  finish(): Promise<void>;
  /** Something failed: leaves what is there for a later resume. */
  abandon(): Promise<void>;
};
