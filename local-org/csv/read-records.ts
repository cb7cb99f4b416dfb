import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Dialect } from './dialect.ts';

/** A record of an uploaded file. */
export type CsvRecord = {
  readonly cells: readonly string[];
  /** As it stands in the file, without its line ending. */
  readonly raw: string;
  /** What is wrong with this row alone. */
  readonly problem?: string;
};

/** A file that cannot be read as CSV at all; the message is the job's `errorMessage`. */
export class CsvStructureError extends Error {}

const unescapedQuote =
  'InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote';
const unclosedQuote = 'InvalidBatch : Failed to parse CSV. EOF reached before closing an opened quote';
/** Far beyond any record that the service takes: a quote was opened and never closed. */
const maxUnfinishedCharacters = 2_000_000;
const spaceBesideQuote = 'A space beside a double quote';

export function wrongLineEnding(dialect: Dialect): CsvStructureError {
  const name = dialect.newline === '\n' ? 'LF' : 'CRLF';
  return new CsvStructureError(
    `ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is ${name}`,
  );
}

/** Text of an uploaded file, a piece at a time. */
export async function* readText(path: string): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    yield decoder.write(chunk);
  }
  yield decoder.end();
}

/**
 * Records of an uploaded file, the header first, in lists as they become available.
 * @throws CsvStructureError
 */
export async function* readRecords(
  texts: AsyncIterable<string>,
  dialect: Dialect,
): AsyncGenerator<CsvRecord[]> {
  let text = '';
  for await (const more of texts) {
    text += more;
    const scan = new Scan(text, dialect, false);
    const records = scan.records();
    text = text.slice(scan.position);
    if (text.length > maxUnfinishedCharacters) throw new CsvStructureError(unclosedQuote);
    if (records.length > 0) yield records;
  }
  const rest = new Scan(text, dialect, true).records();
  if (rest.length > 0) yield rest;
}

/** Strict reading of one piece of text; stops before a record that the piece does not hold whole. */
class Scan {
  position = 0;
  readonly #text: string;
  readonly #dialect: Dialect;
  readonly #isLast: boolean;
  #nextQuote: number;

  constructor(text: string, dialect: Dialect, isLast: boolean) {
    this.#text = text;
    this.#dialect = dialect;
    this.#isLast = isLast;
    this.#nextQuote = this.#find('"', 0);
  }

  records(): CsvRecord[] {
    const records: CsvRecord[] = [];
    while (this.position < this.#text.length) {
      const start = this.position;
      if (this.#nextQuote < start) this.#nextQuote = this.#find('"', start);
      const lineEnd = this.#find('\n', start);
      if (lineEnd === Infinity && !this.#isLast) break;
      const record = this.#nextQuote > lineEnd ? this.#plain(start, lineEnd) : this.#quoted(start);
      if (record === undefined) break;
      if (record.raw !== '') records.push(record);
    }
    return records;
  }

  #plain(start: number, lineEnd: number): CsvRecord {
    const raw = this.#line(start, lineEnd);
    this.position = Math.min(lineEnd + 1, this.#text.length);
    return { cells: raw.split(this.#dialect.delimiter), raw };
  }

  /** The line's text, once its ending is known to be the job's. */
  #line(start: number, lineEnd: number): string {
    if (lineEnd === Infinity) return this.#text.slice(start);
    const hasReturn = lineEnd > start && this.#text[lineEnd - 1] === '\r';
    if (hasReturn !== (this.#dialect.newline === '\r\n')) throw wrongLineEnding(this.#dialect);
    return this.#text.slice(start, hasReturn ? lineEnd - 1 : lineEnd);
  }

  #quoted(start: number): CsvRecord | undefined {
    const cells: string[] = [];
    let at = start;
    let problem: string | undefined;
    for (;;) {
      const cell = this.#text[at] === '"' ? this.#quotedCell(at) : this.#plainCell(at);
      if (cell === undefined) return undefined;
      cells.push(cell.text);
      problem ??= cell.problem;
      at = cell.end;
      if (this.#text[at] === this.#dialect.delimiter) at += 1;
      else break;
    }
    const lineEnd = at >= this.#text.length ? Infinity : at + (this.#text[at] === '\r' ? 1 : 0);
    const raw = this.#line(start, lineEnd);
    this.position = Math.min(lineEnd + 1, this.#text.length);
    return problem === undefined ? { cells, raw } : { cells, raw, problem };
  }

  #plainCell(start: number): Cell | undefined {
    const end = Math.min(this.#find(this.#dialect.delimiter, start), this.#find('\n', start));
    if (end === Infinity && !this.#isLast) return undefined;
    const stop = Math.min(end, this.#text.length);
    const text = this.#text.slice(start, stop);
    const quoteAt = text.indexOf('"');
    if (quoteAt >= 0) {
      if (!/^ *$/.test(text.slice(0, quoteAt))) throw new CsvStructureError(unescapedQuote);
      const cell = this.#quotedCell(start + quoteAt);
      return cell && { ...cell, problem: spaceBesideQuote };
    }
    return text.endsWith('\r') && this.#text[stop] === '\n'
      ? { text: text.slice(0, -1), end: stop - 1 }
      : { text, end: stop };
  }

  #quotedCell(start: number): Cell | undefined {
    let close = this.#find('"', start + 1);
    while (this.#text[close + 1] === '"') close = this.#find('"', close + 2);
    if (close >= this.#text.length - 1 && !this.#isLast) return undefined;
    if (close === Infinity) throw new CsvStructureError(unclosedQuote);
    const inner = this.#text.slice(start + 1, close);
    const text = inner.includes('"') ? inner.replaceAll('""', '"') : inner;
    let end = close + 1;
    while (this.#text[end] === ' ') end += 1;
    if (end >= this.#text.length && !this.#isLast) return undefined;
    const next = this.#text[end];
    const afterReturn = next === '\r' ? this.#text[end + 1] : undefined;
    if (next === '\r' && afterReturn === undefined && !this.#isLast) return undefined;
    const endsLine = next === undefined || next === '\n' || afterReturn === '\n';
    if (!endsLine && next !== this.#dialect.delimiter) throw new CsvStructureError(unescapedQuote);
    return end === close + 1 ? { text, end } : { text, end, problem: spaceBesideQuote };
  }

  #find(what: string, from: number): number {
    const at = this.#text.indexOf(what, from);
    return at < 0 ? Infinity : at;
  }
}

/** A cell and the position behind it: of a delimiter, a line ending, or the end of the text. */
type Cell = { readonly text: string; readonly end: number; readonly problem?: string };
