import { isKeyword, tokenize, type Token } from './tokens.js';

/** A stretch of the SOQL text: offset of its first character, offset past its last. */
export type Span = { readonly start: number; readonly end: number };

/** The clauses behind FROM, in the order in which SOQL wants them (SOQL reference: SELECT syntax). */
export const clauseNames = [
  'USING',
  'WHERE',
  'WITH',
  'GROUP BY',
  'HAVING',
  'ORDER BY',
  'LIMIT',
  'OFFSET',
  'FOR',
  'UPDATE',
  'SET OPTIONS',
  'ALL ROWS',
] as const;

export type ClauseName = (typeof clauseNames)[number];

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
  /**
   * What the names in FROM stand for, by the name in small letters: the path from the object, `''` for the object
   * itself. `FROM Contact c, c.Account a` has `c` as `''` and `a` as `Account`.
   */
  readonly aliases: ReadonlyMap<string, string>;
  /** `FROM Account a USING SCOPE mine`: where conditions may follow. */
  readonly from: Span;
  readonly clauses: ReadonlyMap<ClauseName, Clause>;
};

/** Outlines a query, or gives undefined when it has no `SELECT … FROM …` to go by. */
export function outlineSoql(
  soql: string,
  tokens: readonly Token[] = tokenize(soql),
): SoqlOutline | undefined {
  const from = tokens.findIndex((token) => token.depth === 0 && isKeyword(token, 'FROM'));
  const object = tokens[from + 1];
  if (!isKeyword(tokens[0], 'SELECT') || from < 2 || object?.kind !== 'word') return undefined;
  const selected = tokens.slice(1, from);
  const clauses = readClauses(tokens, from + 2);
  const sources = tokens.slice(from + 1, clauses.at(0)?.at);
  const byName = new Map(clauses.map(({ clause }) => [clause.name, clause]));
  return {
    soql,
    tokens,
    items: splitItems(selected),
    selectList: spanOf(selected),
    object,
    aliases: aliasesIn(sources),
    from: { start: tokens[from]?.start ?? 0, end: byName.get('USING')?.end ?? spanOf(sources).end },
    clauses: byName,
  };
}

/** The object that a query reads, as it is written there; undefined for what is no query. */
export function objectOf(soql: string): string | undefined {
  return outlineSoql(soql)?.object.text;
}

/** A path as it starts at the query's object: `Name` for `a.Name`, or for `Account.Name` of a query on Account. */
export function withoutAlias(path: string, { aliases }: SoqlOutline): string {
  const [first = '', ...rest] = path.split('.');
  const meant = aliases.get(first.toLowerCase());
  if (meant === undefined || rest.length === 0) return path;
  return [...(meant === '' ? [] : [meant]), ...rest].join('.');
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

/** The names of `Contact c, c.Account a`: each source has a path, and the alias is the last word behind it. */
function aliasesIn(sources: readonly Token[]): Map<string, string> {
  const aliases = new Map<string, string>();
  for (const [source, ...others] of groupsBetweenCommas(sources)) {
    if (source === undefined) continue;
    const isObject = aliases.size === 0;
    const [first = '', ...rest] = source.text.split('.');
    const path = isObject
      ? ''
      : [aliases.get(first.toLowerCase()) ?? first, ...rest].filter(Boolean).join('.');
    const alias = others.at(-1);
    if (isObject) aliases.set(source.text.toLowerCase(), '');
    if (alias?.kind === 'word') aliases.set(alias.text.toLowerCase(), path);
  }
  return aliases;
}

function groupsBetweenCommas(tokens: readonly Token[]): Token[][] {
  const groups: Token[][] = [[]];
  for (const token of tokens) {
    if (token.text === ',') groups.push([]);
    else groups.at(-1)?.push(token);
  }
  return groups;
}

function readClauses(tokens: readonly Token[], from: number): Array<{ at: number; clause: Clause }> {
  const starts: Array<{ name: ClauseName; at: number }> = [];
  for (let at = from; at < tokens.length; at++) {
    const name = tokens[at]?.depth === 0 ? clauseAt(tokens, at) : undefined;
    if (name !== undefined) starts.push({ name, at });
  }
  return starts.map(({ name, at }, position) => {
    const own = tokens.slice(at, starts[position + 1]?.at);
    const body = own.slice(name.split(' ').length);
    return { at, clause: { name, ...spanOf(own), body: spanOf(body.length > 0 ? body : own.slice(-1)) } };
  });
}

/** What must follow for a word to be a keyword and not a field or object of that name, such as `Group`. */
const follows: Readonly<Record<ClauseName, (next: Token | undefined) => boolean>> = {
  USING: (next) => isKeyword(next, 'SCOPE'),
  WHERE: () => true,
  WITH: (next) => next?.kind === 'word',
  'GROUP BY': (next) => isKeyword(next, 'BY'),
  HAVING: () => true,
  'ORDER BY': (next) => isKeyword(next, 'BY'),
  LIMIT: (next) => next?.kind === 'literal',
  OFFSET: (next) => next?.kind === 'literal',
  FOR: (next) => ['VIEW', 'REFERENCE', 'UPDATE'].some((word) => isKeyword(next, word)),
  UPDATE: (next) => ['TRACKING', 'VIEWSTAT'].some((word) => isKeyword(next, word)),
  'SET OPTIONS': (next) => isKeyword(next, 'OPTIONS'),
  'ALL ROWS': (next) => isKeyword(next, 'ROWS'),
};

const firstWords = new Map(clauseNames.map((name) => [name.split(' ')[0], name]));

/** The clause whose keyword begins at this token. */
export function clauseAt(tokens: readonly Token[], at: number): ClauseName | undefined {
  const token = tokens[at];
  const name = token?.kind === 'word' ? firstWords.get(token.text.toUpperCase()) : undefined;
  return name !== undefined && follows[name](tokens[at + 1]) ? name : undefined;
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
