import { formatCount } from './units.js';
import { textWidth } from './text-width.js';
import { shownLine } from './shown.js';

export type TableRow = Readonly<Record<string, string | number>>;

export type TableOptions = {
  readonly data: readonly TableRow[];
  /** Keys in their order, with titles. Default: those of the first row. */
  readonly columns?: ReadonlyArray<{ readonly key: string; readonly name: string }>;
  /** Keys of columns that a narrow terminal does without, the first to go first. */
  readonly drop?: readonly string[];
};

type Column = {
  readonly title: string;
  readonly cells: readonly string[];
  width: number;
  /** Is not made narrower than this. */
  readonly least: number;
};

const gap = '  ';
/** Text is not wrapped into less than this. */
const leastWidth = 12;
/** An id, or the code of an error: broken, neither can be pasted or searched for. */
const wholeWord = /(?<=^| )(?:\w{15}|\w{18}|[A-Z][A-Z0-9_]*)(?= |$)/g;

/**
 * The lines of a table. Where there is too little room, columns are left out in the order of `drop`, which a last line
 * says, then the widest text is wrapped; ids and the codes of errors are not. Where that isn't enough either, each row
 * is shown as lines of their own, `Title: cell`.
 */
export function tableLines({ data, columns, drop = [] }: TableOptions, width: number): string[] {
  const wanted = columns ?? Object.keys(data[0] ?? {}).map((key) => ({ key, name: titleOf(key) }));
  const all = new Map(wanted.map(({ key, name }) => [key, columnOf(key, name, data)]));
  const left: string[] = [];
  for (const key of drop) {
    if (widthOf([...all.values()]) <= width) break;
    const column = all.get(key);
    if (column !== undefined && all.delete(key)) left.push(column.title);
  }
  const shown = [...all.values()];
  narrow(shown, width);
  if (widthOf(shown) > width && shown.length > 1) return listLines(shown, data.length);
  const header = shown.map(({ title, width: room }) => pad(title, room)).join(gap);
  const rule = shown.map(({ width: room }) => '-'.repeat(room)).join(gap);
  const rows = data.flatMap((_, row) => rowLines(shown, row));
  const note = left.length === 0 ? [] : [`Not shown, since the terminal is too narrow: ${left.join(', ')}.`];
  return [header, rule, ...rows, ...note].map((line) => line.trimEnd());
}

function columnOf(key: string, name: string, data: readonly TableRow[]): Column {
  const title = shownLine(name);
  const cells = data.map((row) => visibleCell(row[key] ?? ''));
  const width = cells.reduce((most, cell) => Math.max(most, textWidth(cell)), textWidth(title));
  const least = Math.max(0, ...cells.flatMap((cell) => cell.match(wholeWord) ?? []).map(textWidth));
  return { title, cells, width, least };
}

/** Line breaks and tabs are shown as `\n` and `\t`: a row is a row. Numbers are counts, and shown as everywhere. */
function visibleCell(value: string | number): string {
  const text = typeof value === 'number' && Number.isInteger(value) ? formatCount(value) : String(value);
  return shownLine(text).replaceAll('\t', '\\t');
}

/** `createdDate` is titled `Created date`. */
function titleOf(key: string): string {
  const words = key.replaceAll(
    /([a-z])([A-Z])/g,
    (_, end: string, start: string) => `${end} ${start.toLowerCase()}`,
  );
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0) + gap.length * (columns.length - 1);
}

/** Takes room from the widest columns that may be broken, down to what text can be wrapped into. */
function narrow(columns: readonly Column[], width: number): void {
  for (let most = Math.min(width, 1_000); most >= leastWidth && widthOf(columns) > width; most--) {
    for (const column of columns) column.width = Math.min(column.width, Math.max(most, column.least));
  }
}

/** A blank line is between rows. */
function listLines(columns: readonly Column[], rows: number): string[] {
  return Array.from({ length: rows }, (_, row) => [
    ...(row === 0 ? [] : ['']),
    ...columns.flatMap(({ title, cells }) => (cells[row] === '' ? [] : [`${title}: ${cells[row]}`])),
  ]).flat();
}

function rowLines(columns: readonly Column[], row: number): string[] {
  const cells = columns.map(({ cells: all, width }) => wrapped(all[row] ?? '', width));
  const height = Math.max(1, ...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    columns.map(({ width }, index) => pad(cells[index]?.[line] ?? '', width)).join(gap),
  );
}

/** Breaks at blanks where there are some, in words where there are none. */
function wrapped(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<= )/)) {
    if (textWidth(line + word.trimEnd()) <= width) {
      line += word;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    for (const character of word) {
      if (textWidth(line + character) > width) {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  return [...lines, line].map((each) => each.trimEnd());
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}
