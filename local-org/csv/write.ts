import type { Dialect } from './dialect.ts';

/** A cell in quotes, as results have it. */
export function quoteAlways(cell: string): string {
  return `"${cell.includes('"') ? cell.replaceAll('"', '""') : cell}"`;
}

/** A cell in quotes only where it would not read back otherwise. */
export function quoteWhenNeeded(cell: string, dialect: Dialect): string {
  const special =
    cell.includes('"') || cell.includes('\n') || cell.includes('\r') || cell.includes(dialect.delimiter);
  return special || cell.startsWith(' ') || cell.endsWith(' ') ? quoteAlways(cell) : cell;
}

/** A line of quoted cells, with its ending. */
export function quotedLine(cells: readonly string[], dialect: Dialect): string {
  let line = '';
  for (const cell of cells) line += (line === '' ? '' : dialect.delimiter) + quoteAlways(cell);
  return line + dialect.newline;
}
