import { withoutAlias, type SoqlOutline, type Span } from './outline.js';
import { isKeyword, type Token } from './tokens.js';

/** A field that a query names, by its path from the query's object, and where it stands in the text. */
export type FieldPlace = { readonly path: string; readonly start: number };

/** One item of a select list. */
export type SelectedItem = Span & {
  /** `aggregate` is what computes over several records: aggregate functions, and date functions, which need a group. */
  readonly kind: 'field' | 'function' | 'aggregate' | 'fields' | 'subquery' | 'typeof';
  /** As the user wrote it. */
  readonly text: string;
  /** The field it reads, that of `toLabel(Status)` too; of a subquery the name of the relationship. */
  readonly path: string | undefined;
  readonly alias: string | undefined;
  /** The functions it calls, in capitals. */
  readonly functions: readonly string[];
};

/** What a query asks for, as far as this library acts on it. */
export type SoqlShape = {
  /** The object after FROM, as written. */
  readonly object: string;
  readonly items: readonly SelectedItem[];
  /** Fields that conditions compare and that records are ordered by, in the outermost query. */
  readonly compared: readonly FieldPlace[];
  /** The outermost query has GROUP BY or HAVING. */
  readonly isGrouped: boolean;
  /** The first aggregate function or GROUP BY, wherever it stands: in a subquery, in the order. */
  readonly computing: Token | undefined;
};

/** An item of a select list as it was read: tokens in place of names. */
export type ReadItem = Span & {
  /** Told for what is no expression. */
  readonly kind?: 'subquery' | 'typeof';
  readonly field: Token | undefined;
  readonly functions: readonly Token[];
  readonly alias?: Token | undefined;
};

/** A query as it was read. */
export type ReadQuery = {
  readonly items: readonly ReadItem[];
  /** The first object or relationship after FROM. */
  readonly source: Token;
  readonly compared: readonly Token[];
  readonly isGrouped: boolean;
};

export function shapeOf({ items, source, compared, isGrouped }: ReadQuery, outline: SoqlOutline): SoqlShape {
  const aliases = new Set(items.flatMap(({ alias }) => alias?.text.toLowerCase() ?? []));
  return {
    object: source.text,
    items: items.map((item) => itemOf(item, outline)),
    compared: compared
      .filter(({ text }) => !aliases.has(text.toLowerCase()))
      .map(({ text, start }) => ({ path: withoutAlias(text, outline), start })),
    isGrouped,
    computing: outline.tokens.find((_, at) => computes(outline.tokens, at)),
  };
}

/** `GROUPING` tells the rows of subtotals, which need a group as all of these do. */
const aggregates = new Set('COUNT COUNT_DISTINCT SUM AVG MIN MAX GROUPING'.split(' '));

/** In a select list they need a GROUP BY (SOQL reference: Date Functions). */
const dateFunctions = new Set(
  (
    'CALENDAR_MONTH CALENDAR_QUARTER CALENDAR_YEAR DAY_IN_MONTH DAY_IN_WEEK DAY_IN_YEAR DAY_ONLY FISCAL_MONTH ' +
    'FISCAL_QUARTER FISCAL_YEAR HOUR_IN_DAY WEEK_IN_MONTH WEEK_IN_YEAR'
  ).split(' '),
);

function itemOf({ kind, field, functions, alias, start, end }: ReadItem, outline: SoqlOutline): SelectedItem {
  const names = functions.map(({ text }) => text.toUpperCase());
  const item = { start, end, text: outline.soql.slice(start, end), alias: alias?.text, functions: names };
  if (kind === 'subquery') return { ...item, kind, path: field?.text.split('.').at(-1) };
  if (kind === 'typeof') return { ...item, kind, path: undefined };
  if (names.some((name) => aggregates.has(name) || dateFunctions.has(name)))
    return { ...item, kind: 'aggregate', path: undefined };
  if (names.includes('FIELDS')) return { ...item, kind: 'fields', path: undefined };
  const path = field === undefined ? undefined : withoutAlias(field.text, outline);
  return { ...item, kind: names.length === 0 ? 'field' : 'function', path };
}

function computes(tokens: readonly Token[], at: number): boolean {
  const [token, next] = [tokens[at], tokens[at + 1]];
  if (token?.kind === 'word' && next?.text === '(' && aggregates.has(token.text.toUpperCase())) return true;
  return isKeyword(token, 'HAVING') || (isKeyword(token, 'GROUP') && isKeyword(next, 'BY'));
}
