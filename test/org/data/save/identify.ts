import type { Value } from '../../contracts.ts';
import type { SaveContext } from './columns.ts';
import type { Draft } from './draft.ts';
import { locate } from './references.ts';
import { RowError } from './row-error.ts';

/** The row that a draft is about; undefined when it is to be inserted. Throws when the row cannot be told. */
export function identify({ table, request }: SaveContext, { key }: Draft): number | undefined {
  const { operation, externalIdField } = request;
  if (operation === 'insert') return undefined;
  if (operation !== 'upsert') {
    if (key === null) {
      const article = operation === 'update' ? 'an update' : 'a delete';
      throw new RowError('MISSING_ARGUMENT', `Id not specified in ${article} call`);
    }
    return locate(table, String(key)).row;
  }
  if (externalIdField === 'Id') return key === null ? undefined : locate(table, String(key)).row;
  if (key === null) {
    const field = externalIdField ?? 'Id';
    throw new RowError('MISSING_ARGUMENT', `${field} not specified`, [field]);
  }
  const rows = table.lookup(table.column(externalIdField ?? '') ?? table.idColumn, key);
  if (rows.length > 1) {
    const ids = rows.map((row) => table.id(row)).join(', ');
    const message = `${externalIdField ?? ''}: more than one record found for external id field: [${ids}]`;
    throw new RowError('DUPLICATE_EXTERNAL_ID', message);
  }
  return rows[0];
}

/** Finds the drafts whose key another draft of the same batch has too: none of them is saved. */
export function findRepeatedKeys(
  context: SaveContext,
  drafts: readonly Draft[],
): ReadonlyMap<Draft, RowError> {
  const { operation, externalIdField } = context.request;
  const refused = new Map<Draft, RowError>();
  if (operation !== 'update' && operation !== 'upsert') return refused;
  const scope = context.quirks.duplicateScopeRecords;
  for (let start = 0; start < drafts.length; start += scope) {
    refuseRepeats(context, drafts.slice(start, start + scope), (draft, key) => {
      const what = externalIdField === undefined || externalIdField === 'Id' ? 'id' : 'external id';
      const fields = [externalIdField ?? 'Id'];
      refused.set(
        draft,
        new RowError('DUPLICATE_VALUE', `Duplicate ${what} specified: ${String(key)}`, fields),
      );
    });
  }
  return refused;
}

function refuseRepeats(
  { table, request }: SaveContext,
  drafts: readonly Draft[],
  refuse: (draft: Draft, key: Value) => void,
): void {
  const column = table.column(request.externalIdField ?? 'Id') ?? table.idColumn;
  const firstByKey = new Map<string, Draft>();
  for (const draft of drafts) {
    if (draft.key === null) continue;
    const key = table.key(column, draft.key);
    const first = firstByKey.get(key);
    if (first === undefined) firstByKey.set(key, draft);
    else {
      refuse(first, first.key);
      refuse(draft, draft.key);
    }
  }
}
