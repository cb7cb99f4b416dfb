import type { Readable } from 'node:stream';
import { AnswerTooLargeError } from './errors.js';

/**
 * One request to the org. A body that is not text is given as a function, since a retry or a refreshed session
 * must open it again from its beginning.
 */
export type ApiRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/services/data/vNN.0`, or a path from the origin when it starts with `/services/data/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or what opens the bytes from their beginning, for each try. */
  readonly body?: string | (() => AsyncIterable<Uint8Array>);
  /**
   * Whether the request may be sent again when nobody knows if the org acted on the first one: reads, deletes, and
   * creating a job, since an orphan job that stays Open processes nothing.
   */
  readonly repeatable: boolean;
  /**
   * Whether it is sent again for as long as its failure may pass, once the org has answered anything at all: waiting for
   * a job ends when the job does. Default: as often as the policy of retries says.
   */
  readonly patient?: boolean;
  /** Whether the answer is a few records of JSON at most, so that minutes are enough for it. Default false. */
  readonly isSmall?: boolean;
  /** What this request does, as the end of "Could not …": `upload the data of job 750…`. */
  readonly step: string;
  readonly signal?: AbortSignal;
};

/** The head of an answer, and its body to be read. */
export type ApiResponse = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decompressed. Ends with an error when the org closes the connection before the body is whole. */
  readonly body: Readable;
};

/** Takes what is needed out of a response. Called again, on a new response, when reading the first one broke off. */
export type ResponseReader<T> = (response: ApiResponse) => Promise<T>;

/** The port through which everything reaches the org. */
export interface OrgApi {
  /**
   * @throws ApiError the org refused
   * @throws UnknownOutcomeError the request may or may not have been acted on
   * @throws OrgUnreachableError the request did not reach the org, or its answer broke off
   * @throws SessionExpiredError the session has ended and could not be renewed
   * @throws ForeignAddressError the path leads off the org's own origin, or to another place of it than the API
   */
  send<T>(request: ApiRequest, read: ResponseReader<T>): Promise<T>;
  /** Requests sent so far, each attempt counted. */
  readonly requestCount: number;
}

/**
 * The most that is read of an answer which has to be whole, decompressed. Results and uploads are streamed. Measured on
 * Node 24, one of this size takes up to seven times as much until it is parsed, where not all of it is Latin.
 */
const wholeBytes = 16 * 1024 * 1024;

/** The most that is read of an answer whose rest would tell nothing. */
const startBytes = 64 * 1024;

/** Reads a whole text body; for the small answers only. @throws AnswerTooLargeError */
export async function readText(response: ApiResponse): Promise<string> {
  const { bytes, isWhole } = await readUpTo(wholeBytes, response);
  if (!isWhole) throw new AnswerTooLargeError('it has more than 16 MB');
  return bytes.toString('utf8');
}

/**
 * Reads a whole JSON body, and believes it; `readAs` checks.
 * @throws AnswerTooLargeError | SyntaxError
 */
export async function readJson<T>(response: ApiResponse): Promise<T> {
  const text = await readText(response);
  if (hasTooManyValues(text)) throw new AnswerTooLargeError('it has more than a million values');
  return JSON.parse(text) as T;
}

/** Reads the first 64 KB of a text body, and leaves the rest. */
export async function readStart(response: ApiResponse): Promise<string> {
  return (await readUpTo(startBytes, response)).bytes.toString('utf8');
}

/** For answers without a body: what came is thrown away, so that the connection can serve the next request. */
export async function readNothing(response: ApiResponse): Promise<void> {
  await readStart(response);
}

async function readUpTo(
  mostBytes: number,
  { body }: ApiResponse,
): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > mostBytes) return { bytes: Buffer.concat(chunks, mostBytes), isWhole: false };
  }
  return { bytes: Buffer.concat(chunks), isWhole: true };
}

/** More than any page of records or describe has; each takes up to 150 bytes once it is parsed. */
const mostValues = 1_000_000;

/** A text of this length cannot have more than that, whatever is in it. */
const surelyFewLength = 2 * mostValues;

/**
 * Whether a JSON text has more values than fit into memory well: 16 MB of empty objects would take 850 MB. Text that is not
 * JSON is for the parser to refuse.
 */
function hasTooManyValues(text: string): boolean {
  if (text.length <= surelyFewLength) return false;
  let values = 1;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inText) {
      if (code === backslash) at += 1;
      else inText = code !== quote;
    } else if (code === quote) inText = true;
    else if (code === comma || code === bracket || code === brace) values += 1;
  }
  return values > mostValues;
}

const [quote, backslash, comma, bracket, brace] = [0x22, 0x5c, 0x2c, 0x5b, 0x7b];
