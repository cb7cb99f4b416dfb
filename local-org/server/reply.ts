/** What a handler answers; the gateway sends it. */
export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: ReplyBody;
  /** The connection is closed when sending the body takes longer. Default: it may take any time. */
  readonly maxMs?: number;
};

export type ReplyBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly type: string; readonly text: string }
  /** Chunks of CSV, made as they are sent, and what tells the same chunks again where they never change. */
  | { readonly kind: 'csv'; readonly chunks: AsyncIterable<Buffer>; readonly same?: string };

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers, body: { kind: 'json', value } };
}

export function text(value: string, type = 'text/plain', status = 200): Reply {
  return { status, body: { kind: 'text', type, text: value } };
}

export function csv(chunks: AsyncIterable<Buffer>, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 200, headers, body: { kind: 'csv', chunks } };
}

/** One chunk as a stream of chunks. */
export async function* single(chunk: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(chunk);
}

export function empty(status: number): Reply {
  return { status };
}
