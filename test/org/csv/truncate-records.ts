const quote = 0x22;
const newline = 0x0a;

/** The first `count` records of a CSV stream, the header counted, cut where a record ends. */
export async function* truncateRecords(chunks: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  let quoted = false;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === quote) quoted = !quoted;
      else if (byte === newline && !quoted && --left === 0) {
        yield chunk.subarray(0, at + 1);
        return;
      }
    }
    yield chunk;
  }
}
