import { dialectOf } from '../csv/dialect.ts';
import { RecordEnds } from '../csv/record-ends.ts';
import type { CountedRows } from '../csv/row-counter.ts';
import { podOf } from '../data/store/ids.ts';
import { to18 } from '../server/ids.ts';
import { shuffle, type Random } from '../server/random.ts';
import type { IngestJob } from './job.ts';
import { readRange, readRangeInPlace } from './segments.ts';

const rowDigits = 8;
const zero = 0x30;
const nine = 0x39;
/** Where the last digit of the id is, behind a quote. */
const idEnd = 15;

/** The uploaded rows of finished batches as they came, each with an id in front; whole batches change places. */
export async function* sinkSuccesses(job: IngestJob, random: Random | undefined): AsyncGenerator<Buffer> {
  const { delimiter, newline: lineEnding } = dialectOf(job);
  const { path = '', counted } = job.content ?? {};
  if (counted === undefined) return;
  const prefixer = new RowPrefixer(podOf(job.id), `${delimiter}"true"${delimiter}`);
  const parts = processedParts(job, counted);
  for (const { from, to } of random === undefined ? parts : shuffle(parts, random)) {
    for await (const chunk of readRangeInPlace(path, from, to)) yield prefixer.push(chunk);
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

/** Puts `"id","true",` in front of each record of a stream; ids count up. */
class RowPrefixer {
  readonly #ends = new RecordEnds();
  /** The text in front of the next record, of which only the number changes. */
  readonly #prefix: Buffer;
  #atStart = true;

  constructor(pod: string, rest: string) {
    this.#prefix = Buffer.from(`"${to18(`001${pod}${'0'.repeat(rowDigits)}`)}"${rest}`);
  }

  get isInsideRow(): boolean {
    return !this.#atStart;
  }

  push(chunk: Buffer): Buffer {
    const ends = this.#ends.scan(chunk);
    const output = Buffer.allocUnsafe(chunk.length + (ends.length + 1) * this.#prefix.length);
    let from = 0;
    let to = 0;
    const copyTo = (end: number): void => {
      if (this.#atStart) {
        this.#countUp();
        output.set(this.#prefix, to);
        to += this.#prefix.length;
      }
      chunk.copy(output, to, from, end);
      to += end - from;
      from = end;
    };
    for (const end of ends) {
      copyTo(end);
      this.#atStart = true;
    }
    if (from < chunk.length) {
      copyTo(chunk.length);
      this.#atStart = false;
    }
    return output.subarray(0, to);
  }

  /** The id's number has digits only, so its checksum is always the same. */
  #countUp(): void {
    let at = idEnd;
    while (this.#prefix[at] === nine) {
      this.#prefix[at] = zero;
      at -= 1;
    }
    this.#prefix[at]! += 1;
  }
}
