import { dialectOf } from '../csv/dialect.ts';
import type { CountedRows } from '../csv/row-counter.ts';
import { to18 } from '../server/ids.ts';
import { shuffle, type Random } from '../server/random.ts';
import type { IngestJob } from './job.ts';
import { readRange } from './segments.ts';

const quote = 0x22;
const newline = 0x0a;

/** The uploaded rows of finished batches as they came, each with an id in front; whole batches change places. */
export async function* sinkSuccesses(job: IngestJob, random: Random | undefined): AsyncGenerator<Buffer> {
  const { delimiter, newline: lineEnding } = dialectOf(job);
  const counted = job.content?.counted;
  yield Buffer.from(`"sf__Id"${delimiter}"sf__Created"${counted === undefined ? lineEnding : delimiter}`);
  if (job.content === undefined || counted === undefined) return;
  yield* readRange(job.content.path, 0, counted.headerBytes);
  const prefixer = new RowPrefixer(`${delimiter}"true"${delimiter}`);
  const parts = processedParts(job, counted);
  for (const { from, to } of random === undefined ? parts : shuffle(parts, random)) {
    for await (const chunk of readRange(job.content.path, from, to)) yield prefixer.push(chunk);
    if (prefixer.isInsideRow) yield prefixer.push(Buffer.from(lineEnding));
  }
}

/** The rows of batches that were never run, as they came. */
export async function* sinkUnprocessed(job: IngestJob): AsyncGenerator<Buffer> {
  const { content } = job;
  if (content?.counted === undefined) return;
  yield* readRange(content.path, 0, content.counted.headerBytes);
  if (!job.restIsUnrecorded) {
    yield* readRange(content.path, processedEnd(job, content.counted), content.counted.bytes);
  }
}

/** Where the rows end that were processed. */
function processedEnd(job: IngestJob, counted: CountedRows): number {
  return processedParts(job, counted).at(-1)?.to ?? counted.headerBytes;
}

/** Where in the upload each processed batch is. */
function processedParts(job: IngestJob, { blocks, bytes }: CountedRows): Array<{ from: number; to: number }> {
  const parts: Array<{ from: number; to: number }> = [];
  let left = job.processed;
  for (const [index, { offset, rows }] of blocks.entries()) {
    if (left <= 0) break;
    parts.push({ from: offset, to: blocks[index + 1]?.offset ?? bytes });
    left -= rows;
  }
  return parts;
}

/** Puts `"id","true",` in front of each record of a stream; ids count up in place. */
class RowPrefixer {
  readonly #prefix: Buffer;
  readonly #lastDigit: number;
  #quoted = false;
  #atStart = true;

  constructor(rest: string) {
    const id = to18('001ak0000000000');
    this.#prefix = Buffer.from(`"${id}"${rest}`);
    this.#lastDigit = id.length - 3;
  }

  get isInsideRow(): boolean {
    return !this.#atStart;
  }

  push(chunk: Buffer): Buffer {
    const prefixBytes = this.#prefix.length;
    let output: Buffer = Buffer.allocUnsafe(chunk.length * 2 + prefixBytes);
    let written = 0;
    let from = 0;
    const { length } = chunk;
    const copyTo = (end: number): void => {
      const needed = written + end - from + prefixBytes;
      if (needed > output.length) output = grow(output, needed * 2);
      if (this.#atStart) written += this.#next().copy(output, written);
      written += chunk.copy(output, written, from, end);
      from = end;
    };
    let quoted = this.#quoted;
    for (let at = 0; at < length; at++) {
      const byte = chunk[at];
      if (byte === quote) quoted = !quoted;
      else if (byte === newline && !quoted) {
        copyTo(at + 1);
        this.#atStart = true;
      }
    }
    if (from < length) {
      copyTo(length);
      this.#atStart = false;
    }
    this.#quoted = quoted;
    return output.subarray(0, written);
  }

  /** The prefix with the next id: its last nine characters are a number. */
  #next(): Buffer {
    for (let at = this.#lastDigit; ; at--) {
      const digit = this.#prefix[at] ?? 0;
      if (digit < 0x39) {
        this.#prefix[at] = digit + 1;
        return this.#prefix;
      }
      this.#prefix[at] = 0x30;
    }
  }
}

function grow(buffer: Buffer, size: number): Buffer {
  const larger = Buffer.allocUnsafe(size);
  buffer.copy(larger);
  return larger;
}
