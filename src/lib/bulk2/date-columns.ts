import type { OrgApi } from '../api/port.js';
import { restApi } from '../api/rest.js';
import { FieldIndex } from '../describe/field-index.js';

/** Asks the org which columns of an object hold days, and not instants. */
export async function dateColumnsOf(
  object: string,
  api: OrgApi,
  signal: AbortSignal,
): Promise<(column: string) => boolean> {
  const fields = new FieldIndex(await restApi(api, signal).describe(object));
  return (column) => fields.field(column)?.type === 'date';
}
