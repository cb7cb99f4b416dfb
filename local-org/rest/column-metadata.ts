import type { Database, QueryColumn, QueryOutcome } from '../contracts.ts';

type Column = { readonly columnName: string; readonly joinColumns: Column[] } & Record<string, unknown>;

/** Answer to `columns=true`: what a query would return, without its records. */
export function columnMetadata(outcome: QueryOutcome, database: Database): Record<string, unknown> {
  const columns: Column[] = [];
  for (const column of outcome.columns) place(columns, column.path.split('.'), column);
  return {
    columnMetadata: columns,
    entityName: outcome.object,
    groupBy: false,
    idSelected: outcome.columns.some(({ path }) => path === 'Id'),
    keyPrefix: database.find(outcome.object)?.keyPrefix ?? null,
  };
}

/** A parent's fields are `joinColumns` of the parent's relationship. */
function place(columns: Column[], [name = '', ...rest]: readonly string[], column: QueryColumn): void {
  if (rest.length === 0) {
    columns.push(toColumn(name, column));
    return;
  }
  let parent = columns.find(({ columnName, joinColumns }) => columnName === name && joinColumns.length > 0);
  if (parent === undefined) {
    parent = toColumn(name, { ...column, field: undefined, aggregate: false });
    columns.push(parent);
  }
  place(parent.joinColumns, rest, column);
}

function toColumn(name: string, { field, aggregate }: QueryColumn): Column {
  const type = field?.type ?? '';
  const isNumber = ['double', 'int', 'currency', 'percent'].includes(type);
  return {
    aggregate,
    apexType: null,
    booleanType: type === 'boolean',
    columnName: name,
    custom: field?.custom ?? false,
    displayName: name,
    foreignKeyName: null,
    insertable: field?.createable ?? false,
    joinColumns: [],
    numberType: isNumber,
    textType: type === 'string' || type === 'textarea',
    updatable: field?.updateable ?? false,
  };
}
