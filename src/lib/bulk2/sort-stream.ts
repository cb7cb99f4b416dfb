import { Readable } from 'node:stream';
import { abortable } from '../abortable.js';
import { types } from 'node:util';
import { InputError } from '../errors.js';

/** A stream or generator, and what its first piece shows it to be; `pieces` has all of them. */
type SortedStream = { readonly isCsv: boolean; readonly pieces: AsyncIterable<unknown> };

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

/** Whether a piece of an input is CSV, as text or bytes; what is not is a record. */
function isText(piece: unknown): piece is string | Uint8Array {
  return typeof piece === 'string' || types.isUint8Array(piece);
}

/**
 * Text and bytes as UTF-8. Text may be cut between the halves of a character.
 * @throws InputError a piece is something else
 */
export async function* utf8Bytes(pieces: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let half = '';
  for await (const piece of pieces) {
    if (!isText(piece)) throw mixed(piece);
    if (typeof piece !== 'string') {
      yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      continue;
    }
    const text = half + piece;
    half = /[\uD800-\uDBFF]$/.exec(text)?.[0] ?? '';
    yield Buffer.from(half === '' ? text : text.slice(0, -1));
  }
  if (half !== '') yield Buffer.from(half);
}

function mixed(piece: unknown): InputError {
  const message = `The input begins as CSV, and goes on with a ${typeof piece}.`;
  return new InputError([{ code: 'MIXED', message }]);
}
