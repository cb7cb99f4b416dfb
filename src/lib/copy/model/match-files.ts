import { ownFile, type CopyWork } from './work.js';

const selectionPrefix = 'selection-';
/** Names of what is found before it is known who is held begin like this. */
export const membersPrefix = `${selectionPrefix}members-`;

/** Names of a copy's own files that tell which records are which of the target. */
export function matchMapName(object: string, number: number): string {
  return `match-${object}-${number}`;
}

/** The folder that the keys of an object are exported to, from the target. */
export function targetFolderName(object: string): string {
  return `target-${object}`;
}

/** The maps of an object's records that were matched before anything was sent. */
export function matchMapPaths(
  work: Pick<CopyWork, 'runId' | 'contexts' | 'journal'>,
  object: string,
): string[] {
  const survey = work.journal.surveyed?.surveys.find((each) => each.object === object);
  return Array.from({ length: survey?.matchMaps ?? 0 }, (_, number) =>
    ownFile(work, matchMapName(object, number)),
  );
}

/** The name of the map of persons' contacts that belong to the copy. */
export const personSelectionName = `${selectionPrefix}persons`;

/** The name of the map of an object's records that belong to the copy. */
export function selectionName(object: string): string {
  return `${selectionPrefix}${object}`;
}

/**
 * The name of a file while it is found which records belong to the copy. These maps are open when those that count are written,
 * and no open file can be replaced on Windows.
 */
export function membersName(name: string): string {
  return name.startsWith(selectionPrefix) ? membersPrefix + name.slice(selectionPrefix.length) : name;
}
