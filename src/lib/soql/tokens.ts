/**
 * A piece of SOQL text. `word` is a keyword or a path such as `Account.Owner.Name`; `literal` is a number, amount,
 * date or time; `text` is a string with its quotes; `mark` is an operator or any other character.
 */
export type Token = {
  readonly kind: 'word' | 'literal' | 'text' | 'mark';
  readonly text: string;
  /** Offset in the SOQL of the first character. */
  readonly start: number;
  /** Offset past the last character. */
  readonly end: number;
  /** How many parentheses are open around the token; a parenthesis belongs outside. */
  readonly depth: number;
};

/** A literal, a word and a text, each in a group of its own; what remains is a mark. */
const forms = [
  String.raw`([A-Za-z]{3}\d+\.\d+|[+-]?\.?\d(?:[\d:TZ.]|[eE][+-]?\d|[+-](?=\d))*)`,
  String.raw`([\p{L}_][\p{L}\d_]*(?:\.[\p{L}_][\p{L}\d_]*)*)`,
  String.raw`('(?:\\.|[^'\\])*')`,
  String.raw`[<>!]=|<>|\S`,
];
const pattern = new RegExp(forms.join('|'), 'gsu');

/**
 * Splits SOQL into its tokens, in a time that grows with its length. It judges nothing: a quote that is never closed
 * is a mark, and what follows it are tokens of their own.
 */
export function tokenize(soql: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (const match of soql.matchAll(pattern)) {
    const [text] = match;
    if (text === ')') depth = Math.max(0, depth - 1);
    tokens.push({ kind: kindOf(match), text, start: match.index, end: match.index + text.length, depth });
    if (text === '(') depth++;
  }
  return tokens;
}

/** Whether a token is this keyword, in any case. */
export function isKeyword(token: Token | undefined, keyword: string): boolean {
  if (token?.kind !== 'word' || token.text.length !== keyword.length) return false;
  return token.text.toUpperCase() === keyword;
}

function kindOf([, literal, word, text]: RegExpExecArray): Token['kind'] {
  if (word !== undefined) return 'word';
  if (literal !== undefined) return 'literal';
  return text === undefined ? 'mark' : 'text';
}

/**
 * The records that a query asks for, as a text that is the same however the query is spelled: without what it selects,
 * with one blank between tokens, and in small letters but for the texts in quotes. It is for comparing, not for sending.
 * What has no FROM is taken whole.
 */
export function canonicalSource(soql: string): string {
  const tokens = tokenize(soql);
  const from = tokens.findIndex((token) => token.depth === 0 && isKeyword(token, 'FROM'));
  return tokens
    .slice(Math.max(0, from))
    .map(({ kind, text }) => (kind === 'text' ? text : text.toLowerCase()))
    .join(' ');
}
