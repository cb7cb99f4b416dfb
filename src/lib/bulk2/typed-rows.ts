import { describeColumnTypes, type ColumnKind } from '../describe/column-types.js';
import type { SObjectDescribe } from '../api/types.js';
import { readRows } from '../csv/read-rows.js';
import type { OrgApi } from '../api/port.js';
import { restApi } from '../api/rest.js';
import { FieldIndex } from '../describe/field-index.js';

/** A record of a typed query: numbers and booleans as such, null for nothing, text for everything else. */
export type TypedRecord = Record<string, string | number | boolean | null>;

/** Whether values are what their fields hold, or text. */
export type WithTyped<T extends boolean = boolean> = { readonly typed?: T | undefined };

type TypedRowsOptions = {
  readonly delimiter: string;
  /** That the query reads. */
  readonly object: string;
  readonly describe: (object: string) => Promise<SObjectDescribe>;
};

/** Reads the results of a query with the values that its fields have. Days and instants stay text. */
export async function* readTypedRows(
  csv: AsyncIterable<Buffer>,
  { delimiter, object, describe }: TypedRowsOptions,
): AsyncGenerator<TypedRecord, void, undefined> {
  let kinds: ReadonlyArray<readonly [string, ColumnKind]> | undefined;
  for await (const row of readRows(csv, delimiter)) {
    kinds ??= await kindsOf(Object.keys(row), describe, object);
    const record: TypedRecord = {};
    for (const [column, kind] of kinds) record[column] = typed(row[column] ?? '', kind);
    yield record;
  }
}

async function kindsOf(columns: readonly string[], describe: TypedRowsOptions['describe'], object: string) {
  const kinds = await describeColumnTypes(columns, describe, object);
  return columns.map((column, index) => [column, kinds[index] ?? 'string'] as const);
}

/** What a JavaScript number can't be exactly stays text. */
function typed(text: string, kind: ColumnKind): string | number | boolean | null {
  if (text === '') return null;
  if (kind === 'boolean') return text.toLowerCase() === 'true';
  if (kind !== 'int' && kind !== 'double' && kind !== 'long') return text;
  const number = Number(text);
  const isExact = Number.isFinite(number) && (kind === 'double' || Number.isSafeInteger(number));
  return isExact ? number : text;
}

/** Asks the org which columns of an object hold days, and not instants. */
export async function dateColumnsOf(
  object: string,
  api: OrgApi,
  signal: AbortSignal,
): Promise<(column: string) => boolean> {
  const fields = new FieldIndex(await restApi(api, signal).describe(object));
  return (column) => fields.field(column)?.type === 'date';
}
