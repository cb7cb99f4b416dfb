import { join } from 'node:path';
import type { CopyObject } from '../../run/copy-record.js';
import type { CopyWork, StepPlace } from './work.js';

/** A file of the copy's own; all of them are removed with its run. */
export function ownFile({ runId, contexts }: Pick<CopyWork, 'runId' | 'contexts'>, name: string): string {
  return contexts.target.store.pathFor(runId, name);
}

/** The key that values are masked with, until all records are exported. */
export const maskKeyFile = 'mask-key';

/** What names of the copy's own files begin with, but for the export's. */
export const ownFiles = [
  maskKeyFile,
  'step-',
  'edit-',
  'map-',
  'rows-',
  'selection-',
  'levels-',
  'hierarchy-',
  'match-',
  'target-',
  'known-',
  'file-',
  'by-',
] as const;
export const exportFiles = 'export';

/** The folder that an object's records are exported to, or come from. */
export function exportFolder(work: Pick<CopyWork, 'runId' | 'contexts'>, object: string): string {
  return join(ownFile(work, exportFiles), object);
}

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

/** The folder that the ids of all records of an object are exported to, from the target, where earlier copies know some. */
export function targetIdsFolderName({ object, match }: Pick<CopyObject, 'object' | 'match'>): string {
  const hasAll = match !== undefined && !/\sWHERE\s/i.test(match.soql);
  return hasAll ? targetFolderName(object) : `target-ids-${object}`;
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

/**
 * Files of a step: the rows to send, the ids of their records in the source, these as result files have them, and what is
 * not sent.
 */
export type StepPaths = Readonly<Record<'rows' | 'ids' | 'names' | 'held', string>>;

/** The files of a step of a round. */
export function stepPathsOf(
  work: Pick<CopyWork, 'runId' | 'contexts'>,
  { round, step }: StepPlace,
): StepPaths {
  const path = (name: string): string => ownFile(work, `step-${round}-${step}-${name}`);
  return { rows: path('rows.csv'), ids: path('ids'), names: path('names'), held: path('held.csv') };
}

/** The map of a step's records: of those of the source to those of the target. */
export function stepMapPath(work: Pick<CopyWork, 'runId' | 'contexts'>, { round, step }: StepPlace): string {
  return ownFile(work, `map-${round}-${step}`);
}

/** Rows that a person has had in hand, and a map from the ids of their records to where they are. */
export type EditPaths = { readonly lines: string; readonly map: string };

export function editPathsOf(
  work: Pick<CopyWork, 'runId' | 'contexts'>,
  { round, step }: StepPlace,
): EditPaths {
  const path = (name: string): string => ownFile(work, `edit-${round}-${step}-${name}`);
  return { lines: path('lines'), map: path('map') };
}
