import { idWords, readLongId } from '../../csv/record-id.js';
import { entryWords, IdMap } from '../../files/id-map.js';
import { RecordGroups } from '../../files/record-groups.js';
import { RecordSorter } from '../../files/record-sorter.js';
import { isTarget } from '../model/copy-maps.js';
import { copyRest, SharedTargetError } from '../model/errors.js';
import { numberNames } from '../model/numbered-ids.js';
import type { CopyPlan } from '../../run/copy-record.js';

/** A record of the target, and two of the source that it stands for. */
export type SharedTarget = { readonly target: string; readonly sources: readonly [string, string] };

/** An id of the target, one of the source, and whether it is of those that are looked at. */
const shape = { words: entryWords + 1, keyWords: idWords };
const markAt = entryWords;

/**
 * Finds two records of the source that are known as the same record of the target, in constant memory.
 * @param entries of maps from ids of the source to ids of the target
 * @param others that are known to be sound among themselves
 * @param path of a temporary file
 */
export function sharedTarget(
  entries: Iterable<Uint32Array>,
  path: string,
  others: Iterable<Uint32Array> = [],
): SharedTarget | undefined {
  const sorter = new RecordSorter({ path, ...shape });
  const entry = new Uint32Array(shape.words);
  const add = (known: Uint32Array, mark: number): void => {
    if (!isTarget(known, idWords)) return;
    for (let word = 0; word < idWords; word++) {
      entry[word] = known[idWords + word] ?? 0;
      entry[idWords + word] = known[word] ?? 0;
    }
    entry[markAt] = mark;
    sorter.add(entry);
  };
  try {
    for (const known of entries) add(known, 1);
    for (const known of others) add(known, 0);
    for (const group of new RecordGroups(sorter.sorted(), shape)) {
      const other = otherSource(group);
      if (other > 0)
        return {
          target: readLongId(group),
          sources: [readLongId(group, idWords), readLongId(group, other + idWords)],
        };
    }
    return undefined;
  } finally {
    sorter.close();
  }
}

/** Where the record begins that is of another one of the source than the first; 0 where there is none. Looked-at ones come first. */
function otherSource(group: Uint32Array): number {
  if (group[markAt] !== 1) return 0;
  for (let at = shape.words; at < group.length; at += shape.words)
    for (let word = idWords; word < entryWords; word++) if (group[at + word] !== group[word]) return at;
  return 0;
}

export type OwnTargets = {
  /** Of the copy. */
  readonly runId: string;
  readonly object: string;
  /** Of the map that a step has made. */
  readonly path: string;
  /** Other maps of the object. */
  readonly before: readonly IdMap[];
  readonly plan: CopyPlan;
};

/**
 * Makes sure that no record that a step has loaded is one of the target that another record of the source has become.
 * @throws SharedTargetError
 */
export function requireOwnTargets({ path, before, ...copy }: OwnTargets): void {
  const map = IdMap.open(path);
  try {
    const shared = sharedTarget(map.entries(), `${path}.targets`, entriesOf(before));
    if (shared === undefined) return;
    const nameOf = numberNames(copy.plan) ?? ((id: string) => id);
    throw overwritten(copy, shared.target, shared.sources.map(nameOf));
  } finally {
    map.close();
  }
}

/** What several maps have, one map after the other. */
export function* entriesOf(maps: readonly IdMap[]): Generator<Uint32Array, void, undefined> {
  for (const map of maps) yield* map.entries();
}

function overwritten(
  { runId, object, plan }: Pick<OwnTargets, 'runId' | 'object' | 'plan'>,
  target: string,
  sources: readonly string[],
): SharedTargetError {
  return new SharedTargetError(
    `${sources.join(' and ')} of ${object} have become one record of the target, ${target}: one of them has overwritten the other. Records that depend on them were not sent.`,
    {
      actions: [
        `Look at ${target} in the target: it has the values of the one that was sent last.`,
        `Make their keys differ in the source. Then end this copy: sf bulk2 job abort --id ${runId}`,
        copyRest(plan),
      ],
      data: { object, target, sources },
    },
  );
}
