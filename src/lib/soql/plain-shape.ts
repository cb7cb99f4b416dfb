import { clauseTokens, type SoqlOutline } from './outline.js';
import { withoutAlias, type SelectedItem, type SoqlShape } from './shape.js';
import type { Token } from './tokens.js';

/**
 * The shape of a query that is plain enough to be read without the parser, which takes a quarter of a second to load:
 * fields of an object, conditions joined by AND alone or by OR alone, an order, a limit. Undefined for all others,
 * wrong ones among them.
 */
export function plainShape(outline: SoqlOutline): SoqlShape | undefined {
  const { object, tokens, clauses } = outline;
  if (!plainQuery.test(tokens.map(letterOf).join(''))) return undefined;
  const items = outline.items.map((span): SelectedItem => {
    const text = outline.soql.slice(span.start, span.end);
    return { ...span, kind: 'field', text, path: withoutAlias(text, outline) };
  });
  const limit = clauseTokens(outline, 'LIMIT').at(-1);
  return {
    object: object.text,
    items,
    fields: items.flatMap(({ path }) => path ?? []),
    conditionPaths: pathsIn(outline, 'WHERE'),
    orderBy: pathsIn(outline, 'ORDER BY'),
    hasWhere: clauses.has('WHERE'),
    hasGroupBy: false,
    limit: limit === undefined ? undefined : Number(limit.text),
    offset: undefined,
  };
}

/** One letter per token: `p` is a path, `v` a value, `#` a whole number, the marks are themselves, the rest keywords. */
const plainQuery = (() => {
  const condition = 'p(?:[=<>]|!=|<=|>=|<>|k)[v#]';
  const order = 'pd?(?:ne)?';
  const where = `w${condition}(?:(?:a${condition})*|(?:r${condition})*)`;
  return new RegExp(`^sp(?:,p)*fp(?:${where})?(?:ob${order}(?:,${order})*)?(?:l#)?$`);
})();

const keywordLetters: Readonly<Record<string, string>> = {
  SELECT: 's',
  FROM: 'f',
  WHERE: 'w',
  AND: 'a',
  OR: 'r',
  LIKE: 'k',
  ORDER: 'o',
  BY: 'b',
  ASC: 'd',
  DESC: 'd',
  NULLS: 'n',
  FIRST: 'e',
  LAST: 'e',
  LIMIT: 'l',
  TRUE: 'v',
  FALSE: 'v',
  NULL: 'v',
};

/** Words that mean more than themselves in SOQL; a query with one of them is left to the parser. */
const reserved =
  /^(?:ALL|AS|CUBE|DATA|DISTANCE|ELSE|END|EXCLUDES|FOR|GROUP|HAVING|IN|INCLUDES|NOT|OFFSET|REFERENCE|ROLLUP|ROWS|SCOPE|SECURITY_ENFORCED|THEN|TRACKING|TYPEOF|UPDATE|USER_MODE|USING|VIEW|VIEWSTAT|WHEN|WITH)$/i;

const dateOrTime = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))?$/;

function letterOf({ kind, text }: Token): string {
  switch (kind) {
    case 'word':
      return keywordLetters[text.toUpperCase()] ?? (reserved.test(text) ? '?' : 'p');
    case 'literal':
      if (/^\d+$/.test(text)) return '#';
      return /^[+-]?\d+(?:\.\d+)?$/.test(text) || dateOrTime.test(text) ? 'v' : '?';
    case 'text':
      return 'v';
    case 'mark':
      return text;
  }
}

function pathsIn(outline: SoqlOutline, clause: 'WHERE' | 'ORDER BY'): string[] {
  return clauseTokens(outline, clause)
    .filter((token) => letterOf(token) === 'p')
    .map(({ text }) => withoutAlias(text, outline));
}
