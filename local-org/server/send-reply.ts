import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { constants, createGzip } from 'node:zlib';
import type { Quirks } from '../options.ts';
import { truncateRecords } from '../csv/truncate-records.ts';
import type { ActiveFaults } from './faults.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { single, type Reply, type ReplyBody } from './reply.ts';
import { Pacer } from './wire.ts';

/** Answers as they are, and compressed. */
export type Kept = { readonly plain: KeptAnswers; readonly gzip: KeptAnswers };

/** The conditions under which an answer is sent. */
export type Sending = {
  readonly acceptsGzip: boolean;
  readonly pretty: boolean;
  readonly quirks: Quirks;
  readonly faults: ActiveFaults;
  readonly pacer: Pacer;
  readonly kept: Kept;
  /** Told of body bytes as they go out. */
  readonly sent: (bytes: number) => void;
};

/** Sends an answer, with the faults that have hit it; returns when all of it has been handed to the system. */
export async function sendReply(response: ServerResponse, reply: Reply, sending: Sending): Promise<void> {
  const alter = sending.faults.action('alter');
  const headers = new HeaderList(reply.headers ?? {});
  let body = reply.body === undefined ? undefined : render(reply.body, sending);
  if (body !== undefined) {
    headers.set('Content-Type', body.type);
    const framing = alter?.framing ?? body.framing;
    const { kept } = sending;
    const { chunks, same } = body;
    if (sending.acceptsGzip && (alter?.gzip ?? sending.quirks.gzip)) {
      headers.set('Content-Encoding', 'gzip');
      body = { ...body, chunks: kept.gzip.chunks(same, () => gzip(chunks)), bytes: undefined };
    } else body = { ...body, chunks: kept.plain.chunks(same, () => chunks) };
    if (framing === 'content-length') {
      body = body.bytes === undefined ? await gather(body) : body;
      headers.set('Content-Length', String(body.bytes));
    }
  } else if (reply.status !== 204) headers.set('Content-Length', '0');
  for (const [name, value] of Object.entries(alter?.headers ?? {})) headers.set(name, value);
  if (body === undefined && sending.faults.action('cut-response') !== undefined) {
    // An answer without a body is whole once its head is: what is cut of it never comes.
    response.socket?.destroy();
    return;
  }
  response.writeHead(alter?.status ?? reply.status, headers.all);
  if (body === undefined) response.end();
  else await sendBody(response, body.chunks, { ...sending, maxMs: reply.maxMs ?? Infinity });
}

/** Headers that can be set again in another case. */
class HeaderList {
  readonly #headers = new Map<string, [name: string, value: string]>();

  constructor(headers: Readonly<Record<string, string>>) {
    for (const [name, value] of Object.entries(headers)) this.set(name, value);
  }

  get all(): Record<string, string> {
    return Object.fromEntries(this.#headers.values());
  }

  /** `null` takes the header away. */
  set(name: string, value: string | null): void {
    if (value === null) this.#headers.delete(name.toLowerCase());
    else this.#headers.set(name.toLowerCase(), [name, value]);
  }
}

type Rendered = {
  readonly type: string;
  readonly chunks: AsyncIterable<Buffer>;
  /** Undefined when it is not known beforehand. */
  readonly bytes: number | undefined;
  readonly framing: 'chunked' | 'content-length';
  /** What tells the same body again, where there is such a thing. */
  readonly same?: string;
};

/** Holds a whole body, for its length: only where a length was asked for that is not known beforehand. */
async function gather(body: Rendered): Promise<Rendered> {
  const bytes = await buffer(body.chunks);
  return { ...body, chunks: single(bytes), bytes: bytes.length };
}

/** The body as bytes, after the faults that change what it says. */
function render(body: ReplyBody, sending: Sending): Rendered {
  const truncate = sending.faults.action('truncate');
  const append = sending.faults.action('append');
  const plain = body.kind === 'csv' ? csvBytes(body, sending) : wholeBytes(body, sending);
  if (truncate === undefined && append === undefined) return plain;
  let { chunks } = plain;
  if (truncate?.keepRecords !== undefined) chunks = truncateRecords(chunks, truncate.keepRecords + 1);
  if (truncate?.keepBytes !== undefined) chunks = firstBytes(chunks, truncate.keepBytes);
  if (append !== undefined) chunks = concat(chunks, Buffer.from(append.text));
  return { type: plain.type, framing: plain.framing, chunks, bytes: undefined };
}

function csvBytes(body: Extract<ReplyBody, { kind: 'csv' }>, sending: Sending): Rendered {
  const framing = sending.quirks.csvFraming;
  const { chunks, same } = body;
  return {
    type: 'text/csv; charset=UTF-8',
    chunks,
    bytes: undefined,
    framing,
    ...(same === undefined ? {} : { same }),
  };
}

function wholeBytes(body: Exclude<ReplyBody, { kind: 'csv' }>, sending: Sending): Rendered {
  const foreign = sending.faults.action('foreign-urls');
  const source =
    body.kind === 'text'
      ? body.text
      : JSON.stringify(
          body.value,
          foreign === undefined ? undefined : (key, value: unknown) => elsewhere(key, value, foreign.origin),
          sending.pretty ? 2 : undefined,
        );
  const bytes = Buffer.from(source);
  const type = body.kind === 'text' ? body.type : 'application/json;charset=UTF-8';
  return { type, chunks: single(bytes), bytes: bytes.length, framing: 'content-length' };
}

function elsewhere(key: string, value: unknown, origin: string): unknown {
  const isUrl = /^(nextRecordsUrl|nextRecordUrl|resultUrl|resultLink|contentUrl|instance_url)$/.test(key);
  return isUrl && typeof value === 'string' ? origin + value.replace(/^\/?/, '/') : value;
}

async function sendBody(
  response: ServerResponse,
  chunks: AsyncIterable<Buffer>,
  sending: Sending & { readonly maxMs: number },
): Promise<void> {
  const endsAtMs = performance.now() + sending.maxMs;
  const cutAfterBytes = sending.faults.action('cut-response')?.afterBytes ?? Infinity;
  const trickle = sending.faults.action('trickle');
  const pacer = trickle === undefined ? sending.pacer : new Pacer(trickle.bytesPerSecond);
  let sent = 0;
  for await (const piece of pieces(chunks, pacer.pieceBytes)) {
    const pause = pacer.pass(piece.length);
    if (pause !== undefined) await pause;
    if (response.destroyed) return;
    if (performance.now() > endsAtMs) {
      cut(response, Buffer.alloc(0));
      return;
    }
    const part = piece.subarray(0, cutAfterBytes - sent);
    sent += part.length;
    sending.sent(part.length);
    if (sent >= cutAfterBytes) {
      cut(response, part);
      return;
    }
    if (!response.write(part)) await drained(response);
  }
  if (cutAfterBytes === Infinity) response.end();
  else cut(response, Buffer.alloc(0));
}

/** Resolves when there is room for more, or nobody to send it to. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle).off('close', settle);
      resolve();
    };
    response.on('drain', settle).on('close', settle);
  });
}

/** Sends a last piece and closes the connection in the middle of the body. */
function cut(response: ServerResponse, part: Buffer): void {
  const close = (): void => response.socket?.destroySoon();
  if (part.length === 0) response.flushHeaders();
  if (part.length === 0) setImmediate(close);
  else response.write(part, close);
}

async function* pieces(chunks: AsyncIterable<Buffer>, pieceBytes: number): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    if (chunk.length <= pieceBytes) yield chunk;
    else for (let at = 0; at < chunk.length; at += pieceBytes) yield chunk.subarray(at, at + pieceBytes);
  }
}

function gzip(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const zip = createGzip({ level: constants.Z_BEST_SPEED });
  pipeline(Readable.from(chunks), zip, () => undefined);
  return zip as AsyncIterable<Buffer>;
}

async function* firstBytes(chunks: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of chunks) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

async function* concat(chunks: AsyncIterable<Buffer>, last: Buffer): AsyncGenerator<Buffer> {
  yield* chunks;
  yield last;
}
