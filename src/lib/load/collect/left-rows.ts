import { readFile, writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import { delimiterCharacters } from '../../api/types.js';
import { recordTexts } from '../../csv/cells.js';
import { RecordReader } from '../../csv/record-reader.js';
import { fileChunks } from '../../files/file-chunks.js';
import { hashOf } from '../../files/file-facts.js';
import { replaceFile } from '../../files/replace-file.js';
import type { LeftRows, LoadPlan } from '../../run/record.js';
import { RepeatedHashes } from '../check/repeated-hashes.js';
import { cellsOf, type PerResultFile } from '../model/result-sets.js';
import { placeReader, placesIn, PlacesWriter, type SpoolPlace } from './places.js';
import { contentOf } from './row-hash.js';

/** What the file with the places of a load's rows that are left is called. */
export const leftPlacesName = 'left-places';

export type LeftFiles = {
  /** Complete result files. */
  readonly files: PerResultFile<string>;
  readonly rows: PerResultFile<number>;
  /** Where to keep the places of their rows. */
  readonly path: string;
};

/**
 * Takes note of the rows in complete files of failed and unprocessed rows, so that a retry can tell them from rows that
 * somebody adds.
 * @returns undefined where there are none, or where a place is not the place of one row
 */
export async function noteLeftRows(
  { sources, columns, columnDelimiter }: LoadPlan,
  { files, rows, path }: LeftFiles,
): Promise<LeftRows | undefined> {
  const kinds = (['failed', 'unprocessed'] as const).filter((kind) => rows[kind] > 0);
  if (kinds.length === 0 || haveSharedNames(sources)) return undefined;
  const unplaced = { failed: 0, unprocessed: 0 };
  const contents: Contents = {};
  let placed = 0;
  let row = 0;
  const places = await PlacesWriter.open(path);
  const hashes = new RepeatedHashes();
  try {
    for (const kind of kinds) {
      const reader = new RecordReader(
        summedUp(files[kind], (sum) => {
          contents[kind] = sum;
        }),
        delimiterCharacters[columnDelimiter],
      );
      let header: readonly string[] = [];
      await reader.read(1, (record) => {
        header = recordTexts(record);
      });
      const { placeOf } = placeReader(header);
      const content = contentOf(cellsOf(header, columns));
      await reader.read(
        Number.POSITIVE_INFINITY,
        (record) => {
          const { high, low } = content.readExactly(record, 'result');
          hashes.add(high, low, ++row);
          const place = placeOf(record);
          if (place.row === 0) unplaced[kind] += 1;
          else {
            placed += 1;
            places.add(place);
          }
        },
        () => places.flush(),
      );
    }
    await places.commit();
    hashes.finish();
    return { placed, unplaced, equal: hashes.repeats, sha256: await hashOf(path), contents };
  } finally {
    hashes.close();
    await places.close();
  }
}

type Contents = Partial<Record<'failed' | 'unprocessed', Sum>>;

type Sum = { readonly bytes: number; readonly crc32: number };

/** The bytes of a file, and what tells at their end whether another file has the same. */
async function* summedUp(path: string, tell: (sum: Sum) => void): AsyncGenerator<Buffer> {
  let bytes = 0;
  let sum = 0;
  for await (const chunk of fileChunks(path)) {
    bytes += chunk.length;
    sum = crc32(chunk, sum);
    yield chunk;
  }
  tell({ bytes, crc32: sum });
}

/** What the file is called that says which rows without a place `job results` has written. */
const leftAnewName = 'left-anew';

/** What was written anew of a load's rows that are left: some of them may have lost their places. */
export type LeftAnew = Pick<LeftRows, 'unplaced' | 'equal'> & {
  /** What the files had in them, each time that they came out otherwise; absent in older notes. */
  readonly contents?: readonly Contents[];
};

/**
 * Takes note of result files that were collected once more, so that a retry takes them, and they are known again under any name.
 * Of rows without places, the last ones count.
 */
export async function noteLeftAnew(
  plan: LoadPlan,
  { files, rows, pathFor }: Omit<LeftFiles, 'path'> & { readonly pathFor: (name: string) => string },
): Promise<void> {
  const path = pathFor(`${leftAnewName}-places`);
  const left = await noteLeftRows(plan, { files, rows, path });
  if (left === undefined) return;
  const { unplaced, equal, contents = {} } = left;
  const { contents: known = [] } = (await leftAnewOf(pathFor)) ?? {};
  const isKnown = known.some((each) => isDeepStrictEqual(each, contents));
  const note: LeftAnew = { unplaced, equal, contents: isKnown ? known : [...known, contents] };
  await writeFile(path, JSON.stringify(note), { mode: 0o600 });
  await replaceFile(path, pathFor(leftAnewName));
}

/** @returns undefined where nothing was noted */
export async function leftAnewOf(pathFor: (name: string) => string): Promise<LeftAnew | undefined> {
  const text = await readFile(pathFor(leftAnewName), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as LeftAnew);
}

/** Journals of version 1 may have several inputs of one name. */
export function haveSharedNames(sources: LoadPlan['sources']): boolean {
  return new Set(sources.map(({ name }) => name)).size < sources.length;
}

/** Whether the file with the places is what was noted. */
export async function isLeftPlaces(path: string, { sha256 }: LeftRows): Promise<boolean> {
  return (await hashOf(path).catch(() => undefined)) === sha256;
}

/** Reads the places that were noted. */
export function visitLeftPlaces(
  path: string,
  { placed }: LeftRows,
  visit: (place: SpoolPlace) => void,
): void {
  using places = placesIn(path);
  for (let row = 1; row <= placed; row++) visit(places.placeOf(row));
}
