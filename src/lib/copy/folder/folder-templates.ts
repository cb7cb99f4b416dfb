import { UsageError } from '../../errors.js';
import type { CopyObject } from '../../run/copy-record.js';
import { fieldsIn } from '../plan/row-template.js';

/**
 * Makes sure that `set` means the same through a folder: its files have the names of owners and record types in the place of
 * their ids.
 * @throws UsageError a template reads one of these
 */
export function requireSameInFolder(objects: readonly CopyObject[]): void {
  const problems = objects.flatMap(({ object, lookups, set }) => {
    const named = lookups.flatMap(({ field, byName }) => (byName === undefined ? [] : [field]));
    const read = Object.values(set).flatMap(fieldsIn);
    return named
      .filter((field) => read.some((each) => each.toLowerCase() === field.toLowerCase()))
      .map(
        (field) =>
          `${object}: "set" can't read \${${field}} in a folder: its files have names there, not ids.`,
      );
  });
  if (problems.length === 0) return;
  throw new UsageError(problems.join('\n'), {
    actions: [
      'Leave it out of "set" and export, then set it in the plan of the folder, where it is the name. Or copy from org to org, where it is the id.',
    ],
    data: { problems },
  });
}
