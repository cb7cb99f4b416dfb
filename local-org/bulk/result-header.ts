import { dialectOf } from '../csv/dialect.ts';
import type { Quirks } from '../options.ts';
import type { Structure } from './check-structure.ts';
import type { IngestJob } from './job.ts';

/** Index of each column of a result file, in the file's order. */
export function resultColumns(
  job: IngestJob,
  { header, columns }: Structure,
  quirks: Quirks,
): readonly number[] {
  const byVersion = job.apiVersion <= 48 ? 'alphabetical' : 'upload';
  const order = quirks.ingestColumnOrder === 'by-version' ? byVersion : quirks.ingestColumnOrder;
  if (order === 'upload') return columns;
  const name = (index: number): string => (header.cells[index] ?? '').toLowerCase();
  return columns.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
}

/** The header text of result files: as uploaded, quotes or none, unless columns had to be moved or left out. */
export function rawResultHeader(job: IngestJob, structure: Structure, quirks: Quirks): string {
  const { delimiter } = dialectOf(job);
  const resultDelimiter = quirks.resultDialect === 'job' ? delimiter : ',';
  const columns = resultColumns(job, structure, quirks);
  const isWhole =
    columns.length === structure.header.cells.length && columns.every((column, at) => column === at);
  if (isWhole && resultDelimiter === delimiter) return structure.header.raw;
  const raw = rawCells(structure.header.raw, delimiter);
  return columns.map((index) => raw[index] ?? '').join(resultDelimiter);
}

function rawCells(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '"') quoted = !quoted;
    else if (line[at] === delimiter && !quoted) {
      cells.push(line.slice(start, at));
      start = at + 1;
    }
  }
  return [...cells, line.slice(start)];
}
