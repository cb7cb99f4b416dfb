/** Looks at the first bytes of a stream; `chunks` has all of it. `head` is shorter only when the stream is. */
export async function peek(
  stream: AsyncGenerator<Buffer>,
  byteCount: number,
): Promise<{ readonly head: Buffer; readonly chunks: AsyncIterable<Buffer> }> {
  let head = Buffer.alloc(0);
  while (head.length < byteCount) {
    const next = await stream.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return { head, chunks: withHead(head, stream) };
}

async function* withHead(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}
