/**
 * A piece of SOQL text. `word` is a keyword or a path such as `Account.Owner.Name`; `literal` is a number, date
 * or time; `text` is a string with its quotes; `mark` is any other character.
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

const pattern =
  /(?<word>[\p{L}_][\p{L}\d_]*(?:\.[\p{L}_][\p{L}\d_]*)*)|(?<literal>[+-]?\d(?:[\d:TZ.]|[eE][+-]?\d|[+-](?=\d))*)|(?<text>'(?:\\.|[^'\\])*')|(?<mark>\S)/gsu;

/**
 * Splits SOQL into its tokens. It judges nothing: that is the parser's work. It serves to find places in the
 * text, so that messages can point at them and conditions can be added without rewriting what the user wrote.
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
  return token?.kind === 'word' && token.text.toUpperCase() === keyword;
}

function kindOf({ groups }: RegExpExecArray): Token['kind'] {
  if (groups?.word !== undefined) return 'word';
  if (groups?.literal !== undefined) return 'literal';
  return groups?.text === undefined ? 'mark' : 'text';
}
