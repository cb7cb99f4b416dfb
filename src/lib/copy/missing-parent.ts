import { UsageError } from '../errors.js';
import { readId } from '../csv/record-id.js';
import type { CopyObject } from '../run/copy-record.js';
import type { HeldReason } from './sifter.js';

/** Says that the plan lets no record refer to one that isn't copied. */
export function missingParent(
  { object }: CopyObject,
  id: Uint32Array,
  { field, parent }: HeldReason,
): UsageError {
  const which = parent === '' ? 'a record' : parent;
  return new UsageError(`${field} of ${object} ${readId(id)} refers to ${which}, which isn't copied.`, {
    actions: [
      'Add its object to the plan, or widen its "where".',
      `Or say what happens to such records: lookups: { ${field}: { missing: clear } } (or hold).`,
    ],
    data: { object, field, parent },
  });
}
