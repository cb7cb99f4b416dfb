import { UsageError } from '../../errors.js';
import type { CopyObject } from '../../run/copy-record.js';
import { knownText, sourceName } from '../model/numbered-ids.js';
import type { HeldReason, UnnamedParent } from './sifter.js';

/** Says that the plan lets no record refer to one that isn't copied. */
export function missingParent(
  copied: CopyObject,
  id: Uint32Array,
  { field, parent }: HeldReason,
): UsageError {
  const { object, lookups } = copied;
  const cannotClear = lookups.some((each) => each.field === field && each.cannotClear);
  const which = parent === '' ? 'a record' : knownText(parent);
  return new UsageError(
    `${field} of ${object} ${sourceName(copied, id)} refers to ${which}, which isn't copied.`,
    {
      actions: [
        'Add its object to the plan, or widen its "where".',
        `Or hold such records: lookups: { ${field}: { missing: hold } }.`,
        ...(cannotClear ? [] : ['Or send them without that parent, with "missing: clear".']),
      ],
      data: { object, field, parent },
    },
  );
}

/** Says that parents can't be found, since their file has no ids, and nothing else that is looked for. */
export function parentWithoutId(
  copied: CopyObject,
  id: Uint32Array,
  { field, parent, of }: UnnamedParent,
): UsageError {
  const { object } = copied;
  return new UsageError(
    `${field} of ${object} ${sourceName(copied, id)} names "${knownText(parent)}", and the file of ${of} has no Ids: no parent can be found in it.`,
    {
      actions: [
        `Put the column Id back into the file of ${of}.`,
        `Or name parents by a key of theirs: lookups: { ${field}: { of: ${of}, by: … } }.`,
        `Or leave the lookup out: except: [${field}].`,
        `Or send the records without such parents: lookups: { ${field}: { missing: clear } }.`,
      ],
      data: { object, field, parent, of },
    },
  );
}
