import { isKeyword, type Token } from './tokens.js';

/** What a reader looked for at the token where it stopped. */
export type Wanted =
  'select' | 'from' | 'name' | 'value' | 'operator' | 'count' | 'comma' | 'end' | 'open' | 'close' | 'other';

/** A query that can't be read on at a token; `at` is the number of tokens when it is its end. */
export class UnreadableError extends Error {
  readonly at: number;
  readonly wanted: Wanted;

  constructor(at: number, wanted: Wanted) {
    super(`Unreadable at token ${at}.`);
    this.at = at;
    this.wanted = wanted;
  }
}

/** Queries and functions inside one another; SOQL allows fewer (SOQL reference: Relationship Query Limitations). */
const mostNested = 30;

/** Walks the tokens of a query. */
export class Cursor {
  readonly tokens: readonly Token[];
  at = 0;
  #nested = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  /** The token that comes next, or one further ahead. */
  peek(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead];
  }

  /** Whether these words and marks come next, the words in any case. */
  isAt(...texts: readonly string[]): boolean {
    return texts.every((text, ahead) => {
      const token = this.peek(ahead);
      return isKeyword(token, text) || (token?.kind === 'mark' && token.text === text);
    });
  }

  /** Steps over these words and marks if all of them come next. */
  take(...texts: readonly string[]): boolean {
    if (!this.isAt(...texts)) return false;
    this.at += texts.length;
    return true;
  }

  takeKind(kind: Token['kind']): Token | undefined {
    const token = this.peek();
    if (token?.kind !== kind) return undefined;
    this.at += 1;
    return token;
  }

  /** @throws UnreadableError something else comes next */
  expect(text: string, wanted: Wanted): void {
    if (!this.take(text)) this.fail(wanted);
  }

  /** @param token where it can't be read on; default the next one */
  fail(wanted: Wanted, token?: Token): never {
    throw new UnreadableError(token === undefined ? this.at : this.tokens.indexOf(token), wanted);
  }

  /** Reads something that may have another of its kind in it. @throws UnreadableError too many inside one another */
  nested<T>(read: () => T): T {
    if (this.#nested >= mostNested) this.fail('other');
    this.#nested += 1;
    try {
      return read();
    } finally {
      this.#nested -= 1;
    }
  }

  /** Reads one or more, with commas between them. */
  list<T>(read: () => T): [T, ...T[]] {
    const items: [T, ...T[]] = [read()];
    while (this.take(',')) items.push(read());
    return items;
  }
}
