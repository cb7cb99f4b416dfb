import { UsageError } from '../../errors.js';
import type { CopyObject } from '../../run/copy-record.js';
import { knownText, sourceName } from '../model/numbered-ids.js';

/** A lookup whose value may be the id of a parent in a file that has no ids. */
export type UnnamedParent = { readonly field: string; readonly parent: string; readonly of: string };

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
