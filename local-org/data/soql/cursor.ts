import type { OrgError } from '../../contracts.ts';
import { soqlError } from './soql-error.ts';

export type TokenKind = 'name' | 'string' | 'number' | 'amount' | 'date' | 'symbol' | 'end';
export type Token = { readonly kind: TokenKind; readonly text: string; readonly at: number };

const tokenForm =
  /(?<amount>[A-Z]{3}\d+(?:\.\d+)?(?![\w.]))|(?<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?<string>'(?:[^'\\]|\\.)*')|(?<date>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?)|(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<symbol><=|>=|!=|<>|[,()=<>:])/y;
const blank = /\s*/y;

function* tokenize(soql: string): Generator<Token> {
  let at = 0;
  for (;;) {
    blank.lastIndex = at;
    blank.test(soql);
    at = blank.lastIndex;
    if (at >= soql.length) break;
    tokenForm.lastIndex = at;
    const groups = tokenForm.exec(soql)?.groups;
    const found = Object.entries(groups ?? {}).find(([, text]) => typeof text === 'string');
    if (found === undefined) {
      throw soqlError('MALFORMED_QUERY', soql, { at, text: `unexpected token: '${soql.charAt(at)}'` });
    }
    const [kind, text] = found as [TokenKind, string];
    yield { kind, text, at };
    at += text.length;
  }
  yield { kind: 'end', text: '<EOF>', at: soql.length };
}

/** Walks the tokens of a query. */
export class Cursor {
  readonly soql: string;
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(soql: string) {
    this.soql = soql;
    this.#tokens = [...tokenize(soql)];
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#position + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new RangeError('A query has at least its end.');
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#position += 1;
    return token;
  }

  isAt(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return (token.kind === 'name' || token.kind === 'symbol') && token.text.toUpperCase() === text;
  }

  /** Steps over the words or symbols if all of them come next. */
  take(...texts: readonly string[]): boolean {
    if (!texts.every((text, ahead) => this.isAt(text, ahead))) return false;
    this.#position += texts.length;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected();
  }

  takeKind(kind: TokenKind): Token {
    if (this.peek().kind !== kind) throw this.unexpected();
    return this.next();
  }

  unexpected(token: Token = this.peek()): OrgError {
    return this.fail(token.at, `unexpected token: '${token.text}'`);
  }

  fail(at: number, text: string): OrgError {
    return soqlError('MALFORMED_QUERY', this.soql, { at, text });
  }
}
