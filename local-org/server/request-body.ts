import type { IncomingMessage } from 'node:http';
import { gunzipSync, inflateSync } from 'node:zlib';
import { jsonParserError } from './errors.ts';
import type { Pacer } from './wire.ts';

/** The connection went away while the request came in; there is nobody to answer. */
export class ClientGone extends Error {}

/** The body of one request, read once, as chunks or whole. */
export class RequestBody {
  readonly #request: IncomingMessage;
  readonly #pacer: Pacer;
  #bytes = 0;
  #cutAfterBytes = Infinity;
  #whole: Promise<Buffer> | undefined;

  constructor(request: IncomingMessage, pacer: Pacer) {
    this.#request = request;
    this.#pacer = pacer;
  }

  /** What has come in so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Closes the connection once this much has come in. */
  cutAfter(bytes: number): void {
    this.#cutAfterBytes = bytes;
  }

  /** @throws ClientGone when the connection closes before the end, or is cut */
  async *chunks(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.#request as AsyncIterable<Buffer>) {
        const pause = this.#pacer.pass(chunk.length);
        if (pause !== undefined) await pause;
        this.#bytes += chunk.length;
        if (this.#bytes >= this.#cutAfterBytes) {
          yield chunk.subarray(0, chunk.length - (this.#bytes - this.#cutAfterBytes));
          this.#request.socket.destroy();
          throw new ClientGone();
        }
        yield chunk;
      }
    } catch (error) {
      throw this.#request.complete ? error : new ClientGone();
    }
  }

  /** The whole body, with `Content-Encoding: gzip | deflate` undone; asking again gives the same. */
  buffer(): Promise<Buffer> {
    this.#whole ??= this.#readAll();
    return this.#whole;
  }

  async text(): Promise<string> {
    return (await this.buffer()).toString('utf8');
  }

  /** @throws OrgError JSON_PARSER_ERROR unless the body is a JSON object */
  async object(): Promise<Record<string, unknown>> {
    return parseObject(await this.text());
  }

  async drain(): Promise<void> {
    if (this.#whole !== undefined) return;
    const chunks = this.chunks();
    while ((await chunks.next()).done !== true);
  }

  async #readAll(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.chunks()) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    switch (this.#request.headers['content-encoding']) {
      case 'gzip':
        return gunzipSync(raw);
      case 'deflate':
        return inflateSync(raw);
      default:
        return raw;
    }
  }
}

/** @throws OrgError JSON_PARSER_ERROR */
export function parseObject(source: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw jsonParserError(error instanceof Error ? error.message : 'not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw jsonParserError('The HTTP entity body is required to be a JSON object');
  }
  return value as Record<string, unknown>;
}
