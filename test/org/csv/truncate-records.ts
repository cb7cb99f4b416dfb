import { RecordEnds } from './record-ends.ts';

/** The first `count` records of a CSV stream, the header counted, cut where a record ends. */
export async function* truncateRecords(chunks: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  const ends = new RecordEnds();
  let left = count;
  for await (const chunk of chunks) {
    let cut = chunk.length;
    ends.scan(chunk, (end) => {
      left -= 1;
      if (left === 0) cut = end;
    });
    yield chunk.subarray(0, cut);
    if (left <= 0) return;
  }
}
