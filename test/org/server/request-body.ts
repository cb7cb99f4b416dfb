import type { IncomingMessage } from 'node:http';
import { gunzipSync, inflateSync } from 'node:zlib';
import { jsonParserError } from './errors.ts';

/** The connection went away while the request came in; there is nobody to answer. */
export class ClientGone extends Error {}

type BodyHooks = {
  /** Called for each chunk as it comes in; waiting in it slows the client down. */
  readonly received: (bytes: number) => Promise<void> | undefined;
};

/** The body of one request, read once, as chunks or whole. */
export class RequestBody {
  readonly #request: IncomingMessage;
  readonly #hooks: BodyHooks;
  #cutAfterBytes = Infinity;
  #whole: Promise<Buffer> | undefined;

  constructor(request: IncomingMessage, hooks: BodyHooks) {
    this.#request = request;
    this.#hooks = hooks;
  }

  /** Closes the connection once this much has come in. */
  cutAfter(bytes: number): void {
    this.#cutAfterBytes = bytes;
  }

  /** @throws ClientGone when the connection closes before the end, or is cut */
  async *chunks(): AsyncGenerator<Buffer> {
    let total = 0;
    try {
      for await (const chunk of this.#request as AsyncIterable<Buffer>) {
        const pause = this.#hooks.received(chunk.length);
        if (pause !== undefined) await pause;
        total += chunk.length;
        if (total >= this.#cutAfterBytes) {
          yield chunk.subarray(0, chunk.length - (total - this.#cutAfterBytes));
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
    for await (const _ of this.chunks());
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
