import type { UnreadableError, Wanted } from './cursor.js';
import { clauseAt } from './outline.js';
import type { Token } from './tokens.js';

/** Where a query can't be read on, and the tokens around it. */
export class Place {
  readonly tokens: readonly Token[];
  readonly wanted: Wanted;
  readonly #at: number;

  constructor(tokens: readonly Token[], { at, wanted }: Pick<UnreadableError, 'at' | 'wanted'>) {
    this.tokens = tokens;
    this.wanted = wanted;
    this.#at = at;
  }

  /** The token at the place, or so many behind it; undefined outside the query. */
  token(ahead = 0): Token | undefined {
    return this.tokens[this.#at + ahead];
  }

  /** Its text, or `''`. */
  text(ahead = 0): string {
    return this.token(ahead)?.text ?? '';
  }

  /** Whether one of these words and marks, with blanks between them, is there; words in any case. */
  is(texts: string, ahead = 0): boolean {
    const { kind, text } = this.token(ahead) ?? {};
    return kind !== 'text' && text !== undefined && texts.split(' ').includes(text.toUpperCase());
  }

  get isEnd(): boolean {
    return this.token() === undefined;
  }

  /** Whether a clause such as WHERE begins there. */
  get isClause(): boolean {
    return clauseAt(this.tokens, this.#at) !== undefined;
  }

  /** Whether nothing, not even a blank, is between the token and the one before it. */
  get isAttached(): boolean {
    return !this.isEnd && this.token()?.start === this.token(-1)?.end;
  }

  /** Whether this word or mark is somewhere behind the place. */
  isBefore(text: string): boolean {
    return this.tokens.slice(this.#at + 1).some((token) => token.text.toUpperCase() === text);
  }

  /** Parentheses opened and never closed; negative for more that are closed than opened. */
  get unclosed(): number {
    const open = (text: string): number => (text === '(' ? 1 : text === ')' ? -1 : 0);
    return this.tokens.reduce((sum, { kind, text }) => sum + (kind === 'mark' ? open(text) : 0), 0);
  }
}
