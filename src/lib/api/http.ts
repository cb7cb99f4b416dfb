import { createGunzip } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { Connections, type ConnectionsOptions } from './connections.js';
import {
  AnswerTooLargeError,
  ForeignAddressError,
  UnexpectedAnswerError,
  UnknownOutcomeError,
} from './errors.js';
import { unlessAborted } from '../abortable.js';
import { refusal } from './refusal.js';
import { brokenAnswer, connectionFailure, lateAnswer } from './network-failure.js';
import type { ApiRequest, ApiResponse, OrgApi, ResponseReader } from './port.js';
import type { Session } from './session.js';

/** How requests are made. */
export type HttpOptions = ConnectionsOptions & {
  /** How long a small answer may take until it is whole (`ApiRequest.isSmall`). Default 300,000. */
  readonly answerTimeoutMs?: number;
  /** Members of `Sforce-Call-Options`, such as `client` and `defaultNamespace`. Default: the client `sf-bulk2`. */
  readonly callOptions?: Readonly<Record<string, string>>;
};

/** The port over HTTP. */
export type HttpApi = OrgApi & {
  /** Ends the connections, and with them what is under way. Later requests open others. */
  close(): Promise<void>;
  /** Closes idle connections, and those in use once they carry nothing more. Later requests open others. */
  release(): Promise<void>;
};

/** Node's own 16 KiB take half as much time again: each chunk is a trip to another thread and back. */
const gunzipChunkBytes = 64 * 1024;

/**
 * The HTTP adapter of the port: undici.
 * @returns the port, and what ends its connections
 */
export function httpApi(session: Session, options: HttpOptions = {}): HttpApi {
  const { answerTimeoutMs = 300_000 } = options;
  const callOptions = callOptionsHeader(options.callOptions);
  const connections = new Connections(options);
  let requestCount = 0;

  async function attempt(request: ApiRequest): Promise<{ token: string; response: Dispatcher.ResponseData }> {
    const token = session.token();
    const url = urlOf(session, request);
    requestCount += 1;
    try {
      const response = await connections.dispatcher.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers: { 'sforce-call-options': callOptions, ...headersOf(request, token) },
        body: bodyOf(request),
        signal: request.signal,
      });
      return { token, response };
    } catch (cause) {
      request.signal?.throwIfAborted();
      throw connectionFailure(cause, request, session.origin);
    }
  }

  async function sendOnce(request: ApiRequest): Promise<Dispatcher.ResponseData> {
    const { token, response } = await attempt(request);
    if (response.statusCode !== 401) return response;
    await response.body.dump();
    await (request.signal === undefined
      ? session.renew(token)
      : unlessAborted(session.renew(token), request.signal));
    return (await attempt(request)).response;
  }

  async function sendAndRead<T>(request: ApiRequest, read: ResponseReader<T>): Promise<T> {
    const answer = toApiResponse(await sendOnce(request));
    if (answer.status >= 200 && answer.status <= 299) return readWhole(request, answer, read);
    const refused = await refusal(request, answer);
    request.signal?.throwIfAborted();
    throw refused;
  }

  return {
    get requestCount() {
      return requestCount;
    },
    send<T>(request: ApiRequest, read: ResponseReader<T>): Promise<T> {
      return connections.during(() =>
        inTime(request, answerTimeoutMs, (bounded) => sendAndRead(bounded, read)),
      );
    },
    close: () => connections.close(),
    release: () => connections.release(),
  };
}

/** Gives up a small answer that trickles: bytes now and then would keep it alive for ever. */
async function inTime<T>(
  request: ApiRequest,
  timeoutMs: number,
  work: (request: ApiRequest) => Promise<T>,
): Promise<T> {
  if (request.isSmall !== true) return work(request);
  const late = AbortSignal.timeout(timeoutMs);
  const signal = request.signal === undefined ? late : AbortSignal.any([request.signal, late]);
  try {
    return await work({ ...request, signal });
  } catch (error) {
    throw error === late.reason ? lateAnswer(request, timeoutMs) : error;
  }
}

/** Runs the reader, and tells a connection that broke off from a reader that failed for reasons of its own. */
async function readWhole<T>(request: ApiRequest, answer: ApiResponse, read: ResponseReader<T>): Promise<T> {
  let broken: unknown;
  answer.body.once('error', (error) => {
    broken = error;
  });
  try {
    return await read(answer);
  } catch (cause) {
    request.signal?.throwIfAborted();
    if (cause instanceof AnswerTooLargeError) throw tooLarge(cause, request);
    if (broken !== undefined || cause instanceof SyntaxError) throw brokenAnswer(cause, request);
    throw cause;
  } finally {
    answer.body.destroy();
  }
}

/** Once more, it would be as large. What the org has done, it did. */
function tooLarge(cause: AnswerTooLargeError, { step, repeatable }: ApiRequest): Error {
  const message = `Could not ${step}: the response isn't what Salesforce sends, ${cause.message}.`;
  return repeatable
    ? new UnexpectedAnswerError(message, { cause })
    : new UnknownOutcomeError(message, { cause });
}

/** @throws ForeignAddressError the path leads off the org's own origin, or to another place of it than the API */
function urlOf(session: Session, { path, query, step }: ApiRequest): URL {
  const isAddress = path.startsWith('/') || URL.canParse(path);
  const url = new URL(isAddress ? path : `${session.basePath}/${path}`, session.origin);
  if (url.origin !== session.origin || !url.pathname.startsWith('/services/data/')) {
    throw new ForeignAddressError(
      `Could not ${step}: the address ${url.href} is not on ${session.origin}/services/data/.`,
    );
  }
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function callOptionsHeader({
  client = 'sf-bulk2',
  ...others
}: Readonly<Record<string, string>> = {}): string {
  return Object.entries({ client, ...others })
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

/** A stream is handed over as it is: wrapped, its early errors would reach nobody. */
function bodyOf({ body }: ApiRequest): string | Readable | undefined {
  if (typeof body !== 'function') return body;
  const data = body();
  return data instanceof Readable ? data : Readable.from(data, { objectMode: false });
}

function headersOf(request: ApiRequest, token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    accept: 'application/json',
    ...(request.method === 'GET' ? { 'accept-encoding': 'gzip' } : {}),
    ...(typeof request.body === 'string' ? { 'content-type': 'application/json; charset=UTF-8' } : {}),
    ...request.headers,
  };
}

function toApiResponse({ statusCode, headers, body }: Dispatcher.ResponseData): ApiResponse {
  const plainHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  return {
    status: statusCode,
    headers: plainHeaders,
    body: decompressed(body, plainHeaders['content-encoding']),
  };
}

function decompressed(body: Readable, encoding: string | undefined): Readable {
  if (encoding !== 'gzip') return body;
  const plain = createGunzip({ chunkSize: gunzipChunkBytes });
  // Errors reach the reader through `plain`, which pipeline destroys with them.
  pipeline(body, plain, () => undefined);
  return plain;
}
