import { RecordEnds } from './record-ends.ts';

/** The first `count` records of a CSV stream, the header counted, cut where a record ends. */
export async function* truncateRecords(chunks: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  const ends = new RecordEnds();
  let left = count;
  for await (const chunk of chunks) {
    const found = ends.scan(chunk);
    yield chunk.subarray(0, found[left - 1]);
    left -= found.length;
    if (left <= 0) return;
  }
}
