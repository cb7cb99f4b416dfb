import { Readable } from 'node:stream';
import { abortable } from '../abortable.js';
import { isText } from './utf8-bytes.js';

/** A stream or generator, and what its first piece shows it to be; `pieces` has all of them. */
export type SortedStream = { readonly isCsv: boolean; readonly pieces: AsyncIterable<unknown> };

/** Waits for the first piece. @throws what the signal was aborted with */
export async function sortStream(
  chunks: AsyncIterable<unknown> | Iterable<unknown>,
  signal: AbortSignal,
): Promise<SortedStream> {
  const rest = abortable(chunks, signal);
  const first = await rest.next();
  const isCsv = first.done === true ? !givesObjects(chunks) : isText(first.value);
  return { isCsv, pieces: withFirst(first, rest) };
}

async function* withFirst(first: IteratorResult<unknown, void>, rest: AsyncGenerator): AsyncGenerator {
  if (first.done !== true) yield first.value;
  yield* rest;
}

/** Whether an input that gave nothing would have given records. */
function givesObjects(chunks: object): boolean {
  return !(chunks instanceof Readable) || chunks.readableObjectMode;
}
