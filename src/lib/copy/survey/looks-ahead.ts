import type { CopyObject, CopyPlan } from '../../run/copy-record.js';
import type { CopyMaps } from '../model/copy-maps.js';
import { isThere } from '../../files/file-facts.js';
import { personSelectionName, selectionName, ownFile } from '../model/own-files.js';
import type { CopyWork } from '../model/work.js';

/** Whether a parent that is loaded after its children belongs to the copy. */
export type IsCopied = (object: string, id: Uint32Array) => boolean;

type Objects = Pick<CopyPlan, 'objects'>;

/**
 * Whether a record may be held for want of a parent of an object that is loaded after it: then it has to be known which
 * records belong to the copy before it is decided which of them are sent.
 */
export function looksAhead({ objects }: Objects): boolean {
  return objects.some(({ lookups }) =>
    lookups.some(({ later, missing }) => missing === 'hold' && later.length > 0),
  );
}

/** As above, or of its own object. */
function holdsForLater({ objects }: Objects): boolean {
  const isOwn = ({ object, lookups }: CopyObject): boolean =>
    lookups.some(({ to, missing }) => missing === 'hold' && to.includes(object));
  return looksAhead({ objects }) || objects.some(isOwn);
}

/** @param members the records that belong to the copy, if that is known */
export function isCopiedBy(members: CopyMaps, known: CopyMaps): IsCopied | undefined {
  if (members.isEmpty) return undefined;
  return (object, id) => members.find(object, id) !== undefined || known.find(object, id) !== undefined;
}

/** Opens what a survey has found to belong to the copy, where a step depends on it. */
export async function openMembers(
  work: Pick<CopyWork, 'runId' | 'contexts' | 'journal' | 'members'>,
): Promise<void> {
  const { plan } = work.journal;
  if (!holdsForLater(plan)) return;
  for (const { object, persons } of plan.objects) {
    const names = [[object, selectionName(object)] as const];
    if (persons?.contact !== undefined) names.push([persons.contact, personSelectionName]);
    for (const [of, name] of names) {
      const path = ownFile(work, name);
      if (await isThere(path)) work.members.add(of, path);
    }
  }
}
