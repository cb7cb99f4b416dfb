import type { ColumnTypes } from '../../describe/column-types.js';
import type { ResultWriter } from '../../output/writer.js';
import type { Table } from '../../output/table.js';
import type { ExportPlan } from '../../run/export-plan.js';

/** Where the records of an export go. Pages arrive in order. */
export type RecordSink = {
  /**
   * Takes the data rows of one page, until they end.
   * @returns the offset to take the output up at later, once `sync` has returned
   */
  page(rows: AsyncIterable<Buffer>): Promise<number>;
  /**
   * Forgets what it has of the page that it was taking, which did not arrive whole and is about to come again. Absent
   * where nothing can be taken back: then pages come when they have proved whole, and not before.
   * @param hasEarlierRows whether there are rows before the page
   */
  rewind?(hasEarlierRows: boolean): Promise<void>;
  /** Puts the pages so far on disk, while the next one may already be coming. Absent where nothing can be resumed. */
  sync?(): Promise<void>;
  /** All records are there and counted: completes the output, which has no name yet where it is a file or a folder. */
  finish(facts: ExportFacts): Promise<void>;
  /** Something failed: leaves what is there for a later resume. */
  abandon(): Promise<void>;
};

/** What a complete export tells of itself. */
export type ExportFacts = {
  readonly object: string;
  /** More than one when the query was split into ranges. */
  readonly jobIds: readonly string[];
  readonly apiVersion: string;
  /** Records of each page, in order, those of an earlier run included. */
  readonly pageRows: readonly number[];
};

/** What is known when an output is opened. */
export type SinkStart = {
  readonly plan: ExportPlan;
  readonly columns: readonly string[];
  /** Kinds of the columns, where the format has kinds and they were asked for. */
  readonly types: ColumnTypes | undefined;
  /** What an earlier run has left: bytes of the partial output, and whether rows are among them. */
  readonly offset: number;
  readonly hasEarlierRows: boolean;
  /** The pages that are in the output already, in order. */
  readonly donePages: readonly DonePage[];
  /** Makes bytes of the output's format out of pages that are not rows of CSV. */
  readonly writer?: ResultWriter;
};

/** A page that an earlier run has written: its rows, and the offset that its sink gave. */
export type DonePage = { readonly rows: number; readonly offset: number };

/** Opens an output when the columns of the result are known. */
export type OpenSink = (start: SinkStart) => Promise<RecordSink>;

/** Receives the first records of an export that is shown on a terminal. */
export type ShowTable = (table: Table) => void | Promise<void>;
