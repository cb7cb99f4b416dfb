import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { LoadPlan, Part, Segment, SourceFile } from '../../run/record.js';
import { inputChanged } from './unchanged.js';

const readBytes = 64 * 1024;

/**
 * The bytes of one part: the header line, then its segments, each ended by a line ending.
 * @throws InputChangedError a segment is not what was planned; the upload then fails, and its job is never closed
 */
export async function* partBody(
  plan: LoadPlan,
  part: Part,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const newline = newlineOf(plan);
  yield counted(Buffer.from(plan.header + newline));
  for (const segment of part.segments) {
    yield* segmentBytes(plan.sources[segment.source] as SourceFile, segment, onBytes);
    if (!segment.endsWithNewline) yield counted(Buffer.from(newline));
  }

  function counted(bytes: Buffer): Buffer {
    onBytes(bytes.length);
    return bytes;
  }
}

/** Bytes of all that a plan uploads, headers included; of one part, if it is named. */
export function uploadBytes(plan: LoadPlan, parts: readonly Part[] = plan.parts): number {
  const newline = newlineOf(plan).length;
  const headerBytes = Buffer.byteLength(plan.header) + newline;
  return parts
    .flatMap(({ segments }) => segments)
    .reduce(
      (sum, { start, end, endsWithNewline }) => sum + end - start + (endsWithNewline ? 0 : newline),
      parts.length * headerBytes,
    );
}

function newlineOf({ lineEnding }: LoadPlan): string {
  return lineEnding === 'CRLF' ? '\r\n' : '\n';
}

async function* segmentBytes(
  source: SourceFile,
  segment: Segment,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  if (segment.end === segment.start) return;
  const hash = createHash('sha256');
  const file = createReadStream(source.path, {
    start: segment.start,
    end: segment.end - 1,
    highWaterMark: readBytes,
  });
  for await (const chunk of file as AsyncIterable<Buffer>) {
    hash.update(chunk);
    onBytes(chunk.length);
    yield chunk;
  }
  if (hash.digest('hex') !== segment.sha256) throw inputChanged(source);
}
