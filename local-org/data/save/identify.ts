import type { InputRecord, Value } from '../../contracts.ts';
import type { SaveContext } from './columns.ts';
import type { Draft, DraftReader } from './draft.ts';
import { locate, ownId } from './references.ts';
import { RowError } from './row-error.ts';

/** What the org says of an id that cannot be one of this object (Salesforce Help 000387915; Collections examples in the REST guide). */
function malformedId({ table, request }: SaveContext, text: string): RowError {
  if (request.source === 'json') return new RowError('MALFORMED_ID', `malformed id ${text}`);
  const isChange = request.operation === 'update' || request.operation === 'upsert';
  const message = isChange
    ? `${table.schema.label} ID: id value of incorrect type: ${text}`
    : `bad id ${text}`;
  return new RowError('MALFORMED_ID', message, ['Id']);
}

function rowOfId(context: SaveContext, text: string): number {
  const id = ownId(context.table, text);
  if (id === undefined) throw malformedId(context, text);
  return locate(context.table, id).row;
}

function rowOfExternalId({ table, request }: SaveContext, key: Value): number | undefined {
  const column = table.column(request.externalIdField ?? '') ?? table.idColumn;
  const { name, label } = table.field(column);
  if (key === null) throw new RowError('MISSING_ARGUMENT', `${name} not specified`, [name]);
  const rows = table.lookup(column, key);
  if (rows.length < 2) return rows[0];
  const ids = rows.map((row) => table.id(row)).join(', ');
  const message = `${label}: more than one record found for external id field: [${ids}]`;
  throw new RowError('DUPLICATE_EXTERNAL_ID', message, [name]);
}

/** The row that a draft is about; undefined when it is to be inserted. Throws when the row cannot be told. */
export function identify(context: SaveContext, { key }: Draft): number | undefined {
  const { operation, externalIdField } = context.request;
  if (operation === 'insert') return undefined;
  if (operation === 'upsert' && externalIdField !== 'Id') return rowOfExternalId(context, key);
  if (key !== null) return rowOfId(context, String(key));
  if (operation === 'upsert') return undefined;
  const call = operation === 'update' ? 'an update' : 'a delete';
  throw new RowError('MISSING_ARGUMENT', `Id not specified in ${call} call`);
}

/** Finds the records, by position, whose key another record of the same batch has too: none of them is saved. */
export function findRepeatedKeys(
  context: SaveContext,
  reader: DraftReader,
  records: readonly InputRecord[],
): ReadonlyMap<number, RowError> {
  const { operation, externalIdField = 'Id' } = context.request;
  const refused = new Map<number, RowError>();
  if (operation !== 'update' && operation !== 'upsert') return refused;
  const { table, quirks } = context;
  const name = operation === 'upsert' ? externalIdField : 'Id';
  const column = table.column(name) ?? table.idColumn;
  const what = column === table.idColumn ? 'id' : 'external id';
  const firstByKey = new Map<string, { readonly at: number; readonly value: Value }>();
  const refuse = (at: number, value: Value): void => {
    refused.set(at, new RowError('DUPLICATE_VALUE', `Duplicate ${what} specified: ${String(value)}`, [name]));
  };
  records.forEach((record, at) => {
    if (at % quirks.duplicateScopeRecords === 0) firstByKey.clear();
    const value = reader.readKey(record);
    if (value === null) return;
    const key = table.key(column, value);
    const first = firstByKey.get(key);
    if (first === undefined) firstByKey.set(key, { at, value });
    else {
      refuse(first.at, first.value);
      refuse(at, value);
    }
  });
  return refused;
}
