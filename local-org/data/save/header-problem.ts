import type { SaveRequest } from '../../contracts.ts';
import type { Quirks } from '../quirks.ts';
import type { Store } from '../store/store.ts';
import { resolveHeader } from './header.ts';

/** The `errorMessage` of a Bulk job whose header the org refuses before it reads a row; undefined when the header is good. */
export function headerProblem(
  { store, quirks }: { readonly store: Store; readonly quirks: Quirks },
  { operation, object, externalIdField }: Pick<SaveRequest, 'operation' | 'object' | 'externalIdField'>,
  header: readonly string[],
): string | undefined {
  const table = store.table(object);
  if (table === undefined) return `InvalidJob : Unable to find object: ${object}`;
  if (operation === 'delete' || operation === 'hardDelete') {
    const onlyIds = header.length === 1 && header[0]?.toLowerCase() === 'id';
    return onlyIds ? undefined : `InvalidBatch : The '${operation}' batch must contain only ids`;
  }
  for (const name of header) {
    const target = resolveHeader(store, table, name);
    if ('problem' in target) return `InvalidBatch : ${target.problem}`;
    if (target.field.type === 'base64') return quirks.blobColumnText.replace('{field}', target.field.name);
  }
  const key = operation === 'update' ? 'Id' : operation === 'upsert' ? externalIdField : undefined;
  if (!quirks.missingKeyColumnFailsJob || key === undefined) return undefined;
  const hasKey = header.some((name) => name.toLowerCase() === key.toLowerCase());
  return hasKey ? undefined : `InvalidBatch : Field name not found : ${key}`;
}
