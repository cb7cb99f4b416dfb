import { closeSync, openSync, readSync } from 'node:fs';
import { delimiterCharacters } from '../../api/types.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import type { LoadPlan, Part, Segment, SourceFile } from '../../run/record.js';
import { InputChangedError } from '../../jobs/errors.js';
import { requireUnchanged } from '../upload/unchanged.js';
import { openPlaces } from './places.js';
import { KeptReader } from '../plan/kept-cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import { fileChunks } from '../../files/file-chunks.js';

/**
 * Takes one row of the source; `record` is valid during the call only.
 * @param line where it is, for `SourceLines`; valid during the call, too
 */
type VisitSourceRow = (record: CsvRecord, file: string, row: number, line: LineStart) => void;

/** The rows that were uploaded to a job, in the files they came from. */
export type SourceRows = {
  /** The names under which the cells were uploaded, in the order of the cells. */
  readonly columns: readonly string[];
  /**
   * Visits every row once, in constant memory. Visits none when the source is no longer what was uploaded. `pause`
   * is awaited now and then, for what the visitor has gathered.
   */
  readonly scan: (visit: VisitSourceRow, pause?: () => Promise<void>) => Promise<void>;
  /** Reads single rows as they were uploaded; absent where only a scan can. */
  readonly openLines?: () => SourceLines;
};

/** The source rows of one part of a load. */
export function sourceRowsOf(plan: LoadPlan, part: Part): SourceRows {
  const delimiter = delimiterCharacters[plan.columnDelimiter];
  return {
    columns: plan.columns,
    async scan(visit, pause) {
      const used = part.segments.map((segment) => plan.sources[segment.source] as SourceFile);
      if (!(await isUnchanged(plan, part))) return;
      let before = 0;
      for (const [index, segment] of part.segments.entries()) {
        await scanSegment(used[index] as SourceFile, { segment, before, delimiter, visit, pause });
        before += segment.end - segment.start;
      }
    },
    openLines: () => new SourceLines(plan, part),
  };
}

type SegmentScan = {
  readonly segment: Segment;
  /** Bytes of the segments before. */
  readonly before: number;
  readonly delimiter: string;
  readonly visit: VisitSourceRow;
  readonly pause: (() => Promise<void>) | undefined;
};

async function scanSegment(
  source: SourceFile,
  { segment, before, delimiter, visit, pause }: SegmentScan,
): Promise<void> {
  const { start, end } = segment;
  if (start >= end) return;
  const reader = new RecordReader(fileChunks(source.path, { start, end }), delimiter);
  using places = await openPlaces(source);
  let row = segment.firstRow;
  const line = { position: 0, row: 0 };
  const visitNext = (record: CsvRecord): void => {
    const place = places.placeOf(row);
    line.position = before + reader.recordStart;
    line.row = row;
    row += 1;
    visit(record, place.file, place.row, line);
  };
  await reader.read(Infinity, visitNext, pause);
}

/** Row numbers of a file that was edited since would lead people astray. */
async function isUnchanged({ sources }: LoadPlan, part: Part): Promise<boolean> {
  try {
    await requireUnchanged({ sources, parts: [part] });
    return true;
  } catch (error) {
    if (error instanceof InputChangedError) return false;
    throw error;
  }
}

/**
 * Where a line begins: `position` counts the bytes of a part's segments, one segment behind the other. `row` is its number in
 * the file that the segment is of.
 */
export type LineStart = { readonly position: number; readonly row: number };

type LinePlace = { readonly position: number; readonly bytes: number };

/**
 * Reads single rows of a part as they were uploaded. Each is a read of its own, and not an asynchronous one: the bytes have
 * just been read by a scan, and a way to another thread and back costs ten times as much.
 */
export class SourceLines {
  readonly #plan: LoadPlan;
  readonly #part: Part;
  /** Of each segment, the position of its first byte. */
  readonly #starts: readonly number[];
  #open: { readonly source: number; readonly fd: number } | undefined;
  /** One for all lines: there may be millions. */
  #line = Buffer.alloc(0);
  #kept: { readonly path: string; readonly reader: KeptReader } | undefined;

  constructor(plan: LoadPlan, part: Part) {
    this.#plan = plan;
    this.#part = part;
    let position = 0;
    this.#starts = part.segments.map(({ start, end }) => {
      const first = position;
      position += end - start;
      return first;
    });
  }

  /** @returns undefined when the source no longer has it; its bytes are valid until the next one is asked for */
  read({ position, bytes }: LinePlace): Buffer | undefined {
    const index = lastAtMost(this.#starts, position);
    const segment = this.#part.segments[index];
    if (segment === undefined) return undefined;
    if (bytes > this.#line.length) this.#line = Buffer.allocUnsafeSlow(2 * bytes);
    const line = this.#line.subarray(0, bytes);
    const from = segment.start + position - (this.#starts[index] ?? 0);
    try {
      return readSync(this.#fdOf(segment.source), line, 0, bytes, from) === bytes ? line : undefined;
    } catch {
      // It was there for a scan a moment ago; the row is taken from the results then.
      return undefined;
    }
  }

  /** The cells of a row that were not uploaded, as CSV, until the next one is asked for; undefined where it has none. */
  kept({ position, row }: LineStart): Buffer | undefined {
    const segment = this.#part.segments[lastAtMost(this.#starts, position)];
    const path = segment && this.#plan.sources[segment.source]?.kept;
    if (path === undefined) return undefined;
    if (this.#kept?.path !== path) {
      this.#kept?.reader[Symbol.dispose]();
      this.#kept = { path, reader: new KeptReader(path) };
    }
    return this.#kept.reader.read(row);
  }

  [Symbol.dispose](): void {
    this.#closeSource();
    this.#kept?.reader[Symbol.dispose]();
    this.#kept = undefined;
  }

  #closeSource(): void {
    if (this.#open !== undefined) closeSync(this.#open.fd);
    this.#open = undefined;
  }

  #fdOf(source: number): number {
    if (this.#open?.source === source) return this.#open.fd;
    this.#closeSource();
    const { path } = this.#plan.sources[source] as SourceFile;
    this.#open = { source, fd: openSync(path, 'r') };
    return this.#open.fd;
  }
}

/** The index of the last of these ascending numbers that is at most so much. */
function lastAtMost(numbers: readonly number[], most: number): number {
  let from = 0;
  let to = numbers.length;
  while (to - from > 1) {
    const middle = (from + to) >>> 1;
    if ((numbers[middle] ?? 0) <= most) from = middle;
    else to = middle;
  }
  return from;
}
