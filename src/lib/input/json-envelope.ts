import { InputError } from '../errors.js';
import {
  QUOTE,
  BACKSLASH,
  COMMA,
  COLON,
  OPEN_BRACE,
  CLOSE_BRACE,
  OPEN_BRACKET,
  CLOSE_BRACKET,
} from './json-bytes.js';

const byteOrderMark = [0xef, 0xbb, 0xbf];

/** What stands before and behind the records has figures and messages in it, no data. */
const mostEnvelopeBytes = 1024 * 1024;

type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>;

/**
 * The object that the stock CLI and the REST API put around records: `{"records":[…]}`, as in tree files, and
 * `{"result":{"records":[…]}}` or `{"result":[…]}`, as `--json` prints.
 */
export class JsonEnvelope {
  readonly #file: string;
  readonly #head: string;
  readonly #tail: Buffer[] = [];
  #tailBytes = 0;

  constructor(file: string, head: string) {
    this.#file = file;
    this.#head = head;
  }

  /** Takes what comes behind the records. */
  add(bytes: Buffer): void {
    this.#tail.push(Buffer.from(bytes));
    this.#tailBytes += bytes.length;
    if (this.#tailBytes > mostEnvelopeBytes)
      throw this.#refuse('There is text after the end of the records.');
  }

  /** @throws InputError it is not closed, or says that there are more records than are in it */
  finish(): void {
    let whole: unknown;
    try {
      whole = JSON.parse(`${this.#head}[]${Buffer.concat(this.#tail).toString()}`);
    } catch (cause) {
      throw this.#refuse('The JSON is not complete: it ends or breaks behind the records.', cause);
    }
    const { result = whole } = whole as { result?: unknown };
    if ((result as { done?: unknown }).done === false) {
      throw this.#refuse(
        'This is one page of a query\'s result ("done" is false); the other records are not in it. Export all of them: sf bulk2 query',
      );
    }
  }

  #refuse(message: string, cause?: unknown): InputError {
    return new InputError([{ code: 'JSON', file: this.#file, message }], { cause });
  }
}

export type OpenedJson = {
  /** Undefined when the records are not in one. */
  readonly envelope: JsonEnvelope | undefined;
  /** From the array of records on, or all. */
  readonly chunks: AsyncIterable<Buffer>;
};

/** Looks for an envelope around the records. Reads no more than it takes to know. */
export async function openEnvelope(chunks: Chunks, file: string): Promise<OpenedJson> {
  const rest = (async function* () {
    yield* chunks;
  })();
  let head: Buffer = Buffer.alloc(0);
  for (;;) {
    const at = recordsIn(head);
    const isDecided = at !== 'unknown' || head.length > mostEnvelopeBytes;
    const next = isDecided ? undefined : await rest.next();
    if (next?.done === false) {
      head = Buffer.concat([head, next.value]);
      continue;
    }
    const start = typeof at === 'number' ? at : 0;
    const text = withoutBom(head.toString('utf8', 0, start));
    return {
      envelope: typeof at === 'number' ? new JsonEnvelope(file, text) : undefined,
      chunks: joined(head.subarray(start), rest),
    };
  }
}

async function* joined(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function withoutBom(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/**
 * Where the array of records begins in the first bytes of JSON in an envelope; undefined when they are not in one, and
 * `unknown` when the bytes end before that is certain.
 */
export function recordsIn(head: Buffer): number | 'unknown' | undefined {
  return new EnvelopeScanner(head).find();
}

/** Thrown and caught in here: the bytes are at their end, or no envelope. */
class Stop extends Error {
  readonly outcome: 'unknown' | undefined;

  constructor(outcome: 'unknown' | undefined) {
    super();
    this.outcome = outcome;
  }
}

class EnvelopeScanner {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** As {@link recordsIn}. */
  find(): number | 'unknown' | undefined {
    try {
      while (byteOrderMark.includes(this.#byte())) this.#at++;
      this.#take(OPEN_BRACE);
      return this.#findIn(false);
    } catch (error) {
      if (error instanceof Stop) return error.outcome;
      throw error;
    }
  }

  /** Reads the members of an object up to the one that has the records; undefined behind its end. */
  #findIn(isResult: boolean): number | undefined {
    if (this.#takes(CLOSE_BRACE)) return undefined;
    for (;;) {
      const key = this.#key();
      this.#take(COLON);
      const first = this.#peek();
      const mayHold = key === 'records' || (key === 'result' && !isResult);
      if (mayHold && first === OPEN_BRACKET) return this.#arrayOfRecords();
      if (key === 'result' && !isResult && first === OPEN_BRACE) {
        this.#at++;
        const found = this.#findIn(true);
        if (found !== undefined) return found;
      } else this.#skipValue();
      if (this.#takes(CLOSE_BRACE)) return undefined;
      this.#take(COMMA);
    }
  }

  /** An array without any object is a value like another. */
  #arrayOfRecords(): number {
    const start = this.#at++;
    if (this.#peek() === CLOSE_BRACKET) return start;
    while (this.#peek() !== OPEN_BRACE) {
      this.#skipValue();
      this.#take(COMMA);
    }
    return start;
  }

  #key(): string {
    this.#peek();
    const start = this.#at;
    this.#skipString();
    return this.#bytes.toString('utf8', start + 1, this.#at - 1);
  }

  #skipValue(): void {
    this.#peek();
    let depth = 0;
    for (; ; this.#at++) {
      const byte = this.#byte();
      if (byte === QUOTE) {
        this.#skipString();
        this.#at--;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (depth === 0) return;
        depth--;
      } else if (byte === COMMA && depth === 0) return;
    }
  }

  #skipString(): void {
    this.#take(QUOTE);
    while (this.#byte() !== QUOTE) this.#at += this.#byte() === BACKSLASH ? 2 : 1;
    this.#at++;
  }

  #take(wanted: number): void {
    if (!this.#takes(wanted)) throw new Stop(undefined);
  }

  #takes(byte: number): boolean {
    if (this.#peek() !== byte) return false;
    this.#at++;
    return true;
  }

  /** The next byte that is no blank. */
  #peek(): number {
    while (this.#byte() <= 0x20) this.#at++;
    return this.#byte();
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Stop('unknown');
    return byte;
  }
}
