import type { Place, PlaceIndex, PlaceIndexes } from './place-index.js';
import type { VisitRecord } from '../../csv/record-reader.js';
import { ContentHash, KeyHash, type KeyColumn, type SharedColumn } from './row-hash.js';
import type { SourceRows } from './source-rows.js';

/** Failed rows whose places are sought together. */
export type FailedGroup = {
  readonly count: number;
  /** Visits the rows of the group in their order; may be called again. */
  readonly read: (visit: VisitRecord) => Promise<void>;
};

export type MatchOptions = {
  readonly source: SourceRows;
  readonly content: readonly SharedColumn[];
  /** A column that tells rows apart, where there is one. */
  readonly key: KeyColumn | undefined;
  /** What was found with them before is forgotten. */
  readonly indexes: PlaceIndexes;
};

/** Gives the place of a row of the group by its number from 0. Ask once for each row. */
export type PlaceOf = (index: number) => Place | undefined;

/**
 * Finds failed rows in the source: by their key where it is theirs alone, else by their content, never by position
 * (Bulk API guide: the order of results is not the order of the upload). Values are compared in the form that they
 * have before and after the service has rewritten them. Takes about 60 bytes of memory a row, twice that when keys
 * are not enough.
 */
export async function matchRows(group: FailedGroup, options: MatchOptions): Promise<PlaceOf> {
  const { key } = options;
  if (key === undefined) {
    const byContent = await matchByContent(group, options);
    return (index) => byContent.placeOf(index);
  }
  const byKey = await matchByKey(group, { ...options, key });
  if (isEveryRowPlaced(group, byKey)) return (index) => byKey.placeOf(index);
  const byContent = await matchByContent(group, options);
  return (index) => byKey.placeOf(index) ?? byContent.placeOf(index);
}

async function matchByKey(
  group: FailedGroup,
  { source, content, key, indexes }: MatchOptions & { readonly key: KeyColumn },
): Promise<PlaceIndex> {
  const index = indexes.byKey(group.count);
  const hash = new KeyHash(key);
  const exact = new ContentHash(content);
  let number = 0;
  await group.read((record) => {
    if (hash.read(record, 'result')) index.add(number, hash);
    number++;
  });
  await source.scan((record, file, row, { position, row: rowInSource }) => {
    const found = hash.read(record, 'source') ? index.find(hash) : undefined;
    if (found === undefined) return;
    const likeness = index.needsLikeness(found) ? exact.readExactly(record, 'source').low : 0;
    const line = { position, bytes: record.end - record.start, row: rowInSource };
    index.note(found, { file, row, line }, likeness);
  });
  return index;
}

async function matchByContent(
  group: FailedGroup,
  { source, content, indexes }: MatchOptions,
): Promise<PlaceIndex> {
  const index = indexes.byContent(group.count);
  const hash = new ContentHash(content);
  let number = 0;
  await group.read((record) => index.add(number++, hash.read(record, 'result')));
  await source.scan((record, file, row, { position, row: rowInSource }) => {
    const found = index.find(hash.read(record, 'source'));
    if (found === undefined) return;
    const likeness = index.needsLikeness(found) ? hash.readExactly(record, 'source').low : 0;
    const line = { position, bytes: record.end - record.start, row: rowInSource };
    index.note(found, { file, row, line }, likeness);
  });
  return index;
}

function isEveryRowPlaced(group: FailedGroup, index: PlaceIndex): boolean {
  for (let number = 0; number < group.count; number++) if (!index.isPlaced(number)) return false;
  return true;
}
