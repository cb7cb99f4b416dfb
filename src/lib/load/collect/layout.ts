import { resultSets, type ResultSetName } from './result-set.js';

/** How the result files are written. */
export type Layout = {
  /** The row's own columns, in the order of the upload. */
  readonly columns: readonly string[];
  readonly delimiter: string;
  readonly newline: string;
};

/** Columns that stand between the service's own and the row's in the file of failed rows. */
export const placeColumns: readonly string[] = ['source__File', 'source__Row'];

/** The header line of a result file. The added columns are quoted, as the service does with its own. */
export function headerLine(name: ResultSetName, { columns, delimiter, newline }: Layout): Buffer {
  const added = [...resultSets[name].serviceColumns, ...(name === 'failed' ? placeColumns : [])];
  const own = columns.map((column) => toCell(column, delimiter));
  return Buffer.from([...added.map(quoted), ...own].join(delimiter) + newline);
}

/** A value as a cell, in quotes where it needs them. */
export function toCell(text: string, delimiter: string): string {
  const isPlain = !text.includes('"') && !text.includes(delimiter) && !/[\r\n]/.test(text);
  return isPlain ? text : quoted(text);
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
