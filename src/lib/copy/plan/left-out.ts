import type { ObjectPlan } from './plan-file.js';

/** A field of the source that is not copied. */
export type LeftOut = { readonly field: string; readonly reason: string };

export const ownedByTheOrg = 'is filled by the org';
export const readByParts = 'is read by its parts, or not at all';

/** Whether a plan names a field that no plan can send. That of a folder names all that its files have. */
export function isAskedInVain(
  { field, reason }: LeftOut,
  { fields = [], file }: Pick<ObjectPlan, 'fields' | 'file'>,
): boolean {
  if (file !== undefined || (reason !== ownedByTheOrg && reason !== readByParts)) return false;
  return fields.some((each) => each.toLowerCase() === field.toLowerCase());
}
