import type { FieldType, Query } from '@jetstreamapp/soql-parser-js';
import type { SoqlOutline, Span } from './outline.js';

/**
 * One item of a select list. `path` is the field it reads, without the query's own name for its object:
 * `Name` for `a.Name` in `FROM Account a`. Functions such as `toLabel(Status)` read the path inside.
 */
export type SelectedItem = Span & {
  readonly kind: 'field' | 'function' | 'aggregate' | 'fields' | 'subquery' | 'typeof';
  /** As the user wrote it. */
  readonly text: string;
  readonly path: string | undefined;
};

/** What a query asks for, as far as this library acts on it. */
export type SoqlShape = {
  /** The object after FROM, as written. */
  readonly object: string;
  readonly items: readonly SelectedItem[];
  /** The paths of the plain fields, in order. */
  readonly fields: readonly string[];
  /** The paths that conditions compare, outermost query only. */
  readonly conditionPaths: readonly string[];
  /** The paths records are ordered by, first one first. */
  readonly orderBy: readonly string[];
  readonly hasWhere: boolean;
  readonly hasGroupBy: boolean;
  readonly limit: number | undefined;
  readonly offset: number | undefined;
};

export function shapeOf(query: Query, outline: SoqlOutline): SoqlShape {
  const own = (path: string) => withoutAlias(path, outline);
  const items = (query.fields ?? []).flatMap((field, position) => {
    const span = outline.items[position];
    return span === undefined ? [] : [itemOf(field, span, outline)];
  });
  return {
    object: outline.object.text,
    items,
    fields: items.flatMap(({ kind, path }) => (kind === 'field' && path !== undefined ? [path] : [])),
    conditionPaths: conditionPaths(query).map(own),
    orderBy: [query.orderBy ?? []].flat().flatMap((order) => ('field' in order ? [own(order.field)] : [])),
    hasWhere: query.where !== undefined,
    hasGroupBy: query.groupBy !== undefined || query.having !== undefined,
    limit: query.limit,
    offset: query.offset,
  };
}

/** `Name` for `a.Name`, or for `Account.Name` of a query on Account itself. */
export function withoutAlias(path: string, { alias, object }: SoqlOutline): string {
  const [first = '', ...rest] = path.split('.');
  const name = first.toLowerCase();
  const isOwn = name === alias?.text.toLowerCase() || name === object.text.toLowerCase();
  return isOwn && rest.length > 0 ? rest.join('.') : path;
}

function itemOf(field: FieldType, span: Span, outline: SoqlOutline): SelectedItem {
  const text = outline.soql.slice(span.start, span.end);
  const [written = ''] = text.split(/\s/);
  const item = (kind: SelectedItem['kind'], path?: string): SelectedItem => ({
    ...span,
    kind,
    text,
    path: path === undefined ? undefined : withoutAlias(path, outline),
  });
  switch (field.type) {
    case 'Field':
    case 'FieldRelationship':
      return item('field', written);
    case 'FieldSubquery':
      return item('subquery');
    case 'FieldTypeof':
      return item('typeof');
    case 'FieldFunctionExpression': {
      if (field.isAggregateFn === true) return item('aggregate');
      if (field.functionName.toUpperCase() === 'FIELDS') return item('fields');
      const [parameter] = field.parameters;
      return item('function', typeof parameter === 'string' ? parameter : undefined);
    }
  }
}

function conditionPaths(query: Query): string[] {
  const paths: string[] = [];
  for (let clause = query.where; clause !== undefined;) {
    if (clause.left !== null && 'field' in clause.left) paths.push(clause.left.field);
    clause = 'right' in clause ? clause.right : undefined;
  }
  return paths;
}
