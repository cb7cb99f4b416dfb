import type { Table } from '../formats/table.js';
import type { ColumnTypes } from '../formats/column-types.js';
import type { ExportPlan } from '../journal/record.js';

/** Where the records of an export go. Pages arrive in order, each whole. */
export type RecordSink = {
  /** Takes the data rows of one page. @returns the offset to take the output up at later, where that is possible */
  page(data: AsyncIterable<Buffer>): Promise<number>;
  /** All records are there and counted: completes the output. */
  finish(): Promise<void>;
  /** Something failed: leaves what is there for a later resume. */
  abandon(): Promise<void>;
};

export type SinkStart = {
  readonly plan: ExportPlan;
  readonly columns: readonly string[];
  /** Kinds of the columns, where the format has kinds and they were asked for. */
  readonly types: ColumnTypes | undefined;
  /** What an earlier run has left: bytes of the partial output, and whether rows are among them. */
  readonly offset: number;
  readonly hasEarlierRows: boolean;
};

export type OpenSink = (start: SinkStart) => Promise<RecordSink>;

/** Receives the first records of an export that is shown on a terminal. */
export type ShowTable = (table: Table) => void;
