import { isKeyword, tokenize, type Token } from './tokens.js';

/** A stretch of the SOQL text: offset of its first character, offset past its last. */
export type Span = { readonly start: number; readonly end: number };

export type ClauseName =
  | 'USING'
  | 'WHERE'
  | 'WITH'
  | 'GROUP BY'
  | 'HAVING'
  | 'ORDER BY'
  | 'LIMIT'
  | 'OFFSET'
  | 'FOR'
  | 'UPDATE'
  | 'ALL ROWS';

/** A clause of the outermost query, its keyword included. */
export type Clause = Span & {
  readonly name: ClauseName;
  /** The clause without its keyword. */
  readonly body: Span;
};

/** Where the parts of the outermost query stand in the text. Clauses of subqueries are not in it. */
export type SoqlOutline = {
  readonly soql: string;
  readonly tokens: readonly Token[];
  /** The items of the select list, in order. */
  readonly items: readonly Span[];
  /** From the first item's first character to the last item's last. */
  readonly selectList: Span;
  readonly object: Token;
  /** The name that the query gives its object: `a` in `FROM Account a`. */
  readonly alias: Token | undefined;
  /** `FROM Account a USING SCOPE mine`: where conditions may follow. */
  readonly from: Span;
  readonly clauses: ReadonlyMap<ClauseName, Clause>;
};

/** Outlines a query, or gives undefined when it has no `SELECT … FROM …` to go by. */
export function outlineSoql(soql: string): SoqlOutline | undefined {
  const tokens = tokenize(soql);
  const from = tokens.findIndex((token) => token.depth === 0 && isKeyword(token, 'FROM'));
  const object = tokens[from + 1];
  if (!isKeyword(tokens[0], 'SELECT') || from < 2 || object?.kind !== 'word') return undefined;
  const selected = tokens.slice(1, from);
  const { alias, next } = readAlias(tokens, from + 2);
  const clauses = readClauses(tokens, next);
  const fromEnd = clauses.get('USING')?.end ?? alias?.end ?? object.end;
  return {
    soql,
    tokens,
    items: splitItems(selected),
    selectList: spanOf(selected),
    object,
    alias,
    from: { start: tokens[from]?.start ?? 0, end: fromEnd },
    clauses,
  };
}

/** The object that a query reads, as it is written there; undefined for what is no query. */
export function objectOf(soql: string): string | undefined {
  return outlineSoql(soql)?.object.text;
}

/** Cuts a select list at its commas; those inside parentheses or `TYPEOF … END` belong to one item. */
function splitItems(tokens: readonly Token[]): Span[] {
  const items: Token[][] = [[]];
  let inTypeOf = false;
  for (const token of tokens) {
    if (token.depth === 0 && token.text === ',' && !inTypeOf) {
      items.push([]);
      continue;
    }
    if (isKeyword(token, 'TYPEOF') && items.at(-1)?.length === 0) inTypeOf = true;
    if (inTypeOf && isKeyword(token, 'END')) inTypeOf = false;
    items.at(-1)?.push(token);
  }
  return items.map(spanOf);
}

function readAlias(tokens: readonly Token[], at: number): { alias: Token | undefined; next: number } {
  if (isKeyword(tokens[at], 'AS')) return { alias: tokens[at + 1], next: at + 2 };
  const token = tokens[at];
  return token?.kind === 'word' && clauseAt(tokens, at) === undefined
    ? { alias: token, next: at + 1 }
    : { alias: undefined, next: at };
}

function readClauses(tokens: readonly Token[], from: number): Map<ClauseName, Clause> {
  const starts: Array<{ name: ClauseName; at: number }> = [];
  for (let at = from; at < tokens.length; at++) {
    const name = clauseAt(tokens, at);
    if (name !== undefined) starts.push({ name, at });
  }
  return new Map(
    starts.map(({ name, at }, position) => {
      const own = tokens.slice(at, starts[position + 1]?.at);
      const body = own.slice(name.split(' ').length);
      return [name, { name, ...spanOf(own), body: spanOf(body.length > 0 ? body : own.slice(-1)) }];
    }),
  );
}

/** What must follow for a word to be a keyword and not a field or object of that name, such as `Group`. */
const clauseKeywords: ReadonlyArray<readonly [ClauseName, string, (next: Token | undefined) => boolean]> = [
  ['USING', 'USING', (next) => isKeyword(next, 'SCOPE')],
  ['WHERE', 'WHERE', () => true],
  ['WITH', 'WITH', (next) => next?.kind === 'word'],
  ['GROUP BY', 'GROUP', (next) => isKeyword(next, 'BY')],
  ['HAVING', 'HAVING', () => true],
  ['ORDER BY', 'ORDER', (next) => isKeyword(next, 'BY')],
  ['LIMIT', 'LIMIT', (next) => next?.kind === 'literal'],
  ['OFFSET', 'OFFSET', (next) => next?.kind === 'literal'],
  ['FOR', 'FOR', (next) => ['VIEW', 'REFERENCE', 'UPDATE'].some((word) => isKeyword(next, word))],
  ['UPDATE', 'UPDATE', (next) => ['TRACKING', 'VIEWSTAT'].some((word) => isKeyword(next, word))],
  ['ALL ROWS', 'ALL', (next) => isKeyword(next, 'ROWS')],
];

function clauseAt(tokens: readonly Token[], at: number): ClauseName | undefined {
  const token = tokens[at];
  if (token === undefined || token.depth > 0) return undefined;
  return clauseKeywords.find(([, word, fits]) => isKeyword(token, word) && fits(tokens[at + 1]))?.[0];
}

function spanOf(tokens: readonly Token[]): Span {
  return { start: tokens[0]?.start ?? 0, end: tokens.at(-1)?.end ?? 0 };
}

/** The tokens of a clause's body that belong to the outermost query: those of subqueries are left out. */
export function clauseTokens(outline: SoqlOutline, name: ClauseName): Token[] {
  const body = outline.clauses.get(name)?.body;
  if (body === undefined) return [];
  const tokens = outline.tokens.filter(({ start, end }) => start >= body.start && end <= body.end);
  let subqueryDepth: number | undefined;
  return tokens.filter((token, position) => {
    if (subqueryDepth === undefined && token.text === '(' && isKeyword(tokens[position + 1], 'SELECT')) {
      subqueryDepth = token.depth;
    } else if (token.text === ')' && token.depth === subqueryDepth) {
      subqueryDepth = undefined;
    }
    return subqueryDepth === undefined;
  });
}
