import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { delimiterCharacters } from '../../api/types.js';
import { RecordReader } from '../../csv/record-reader.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { hashOf } from '../../files/file-facts.js';
import type { LoadPlan, Part, Segment, SourceFile } from '../../run/record.js';
import { keyNameOf, keySumIn } from '../keys/key-sum.js';
import { inputChanged } from './unchanged.js';

export type CutOptions = {
  readonly plan: LoadPlan;
  /** Whether a row stays, by its number in its source. */
  readonly keeps: (row: number) => boolean;
  /** Takes a row that does not stay; `record` is valid during the call only. */
  readonly visitCut: (record: CsvRecord, source: SourceFile, row: number) => void;
  /** Awaited now and then, for what `visitCut` has gathered. */
  readonly pause: () => Promise<void>;
};

/**
 * Cuts rows out of a part: what is left are more segments of the same source, so that no byte is copied and rows keep
 * their numbers.
 * @returns the part without them, which may be without segments
 * @throws InputChangedError a segment is not what was planned
 */
export async function cutRows(part: Part, options: CutOptions): Promise<Part> {
  const segments: Segment[] = [];
  for (const segment of part.segments) segments.push(...(await cutSegment(segment, options)));
  return {
    index: part.index,
    segments,
    rows: segments.reduce((sum, { rows }) => sum + rows, 0),
    bytes: segments.reduce((sum, { start, end }) => sum + end - start, 0),
  };
}

/** A run of rows that stay. */
type Piece = Pick<Segment, 'start' | 'firstRow'> & { rows: number; sum?: string };
type WholePiece = Piece & Pick<Segment, 'end'>;

async function cutSegment(segment: Segment, options: CutOptions): Promise<Segment[]> {
  const source = options.plan.sources[segment.source] as SourceFile;
  const cut: Segment[] = [];
  for (const piece of await piecesOf(segment, source, options)) {
    const { start, end } = piece;
    cut.push({
      ...segment,
      ...piece,
      sha256: await hashOf(source.path, { start, end }),
      endsWithNewline: end < segment.end || segment.endsWithNewline,
    });
  }
  return cut;
}

async function piecesOf(
  segment: Segment,
  source: SourceFile,
  { plan, keeps, visitCut, pause }: CutOptions,
): Promise<WholePiece[]> {
  const hash = createHash('sha256');
  async function* bytes(): AsyncGenerator<Buffer> {
    const { start, end } = segment;
    const file = createReadStream(source.path, { start, end: end - 1, highWaterMark: 256 * 1024 });
    for await (const chunk of file as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
  }
  const reader = new RecordReader(bytes(), delimiterCharacters[plan.columnDelimiter]);
  const sum = keySumIn(plan.columns, keyNameOf(plan.operation, plan.externalId));
  const pieces: WholePiece[] = [];
  let piece: Piece | undefined;
  const endPiece = (end: number): void => {
    if (piece !== undefined) pieces.push({ ...piece, end, ...(sum && { sum: sum.take() }) });
    piece = undefined;
  };
  let row = segment.firstRow;
  const visit = (record: CsvRecord): void => {
    const start = segment.start + reader.recordStart;
    if (keeps(row)) {
      piece ??= { start, firstRow: row, rows: 0 };
      piece.rows += 1;
      sum?.add(record);
    } else {
      endPiece(start);
      visitCut(record, source, row);
    }
    row += 1;
  };
  await reader.read(Number.POSITIVE_INFINITY, visit, pause);
  endPiece(segment.end);
  if (hash.digest('hex') !== segment.sha256) throw inputChanged(source);
  return pieces;
}
