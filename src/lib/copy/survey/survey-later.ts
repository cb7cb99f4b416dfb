import type { CopyObject, CopySurvey, HeldCount } from '../../run/copy-record.js';
import type { CopyMaps } from '../model/copy-maps.js';
import { isLeftAlone } from '../model/steps.js';
import type { ExportedRecords } from '../source/exported-records.js';
import { LaterLookups } from './later-lookups.js';
import { missingParent } from './refused-parents.js';
import { isHeldAt } from './row-states.js';
import type { RowLevels } from '../model/row-levels.js';
import type { SifterSetup } from './sifter.js';

export type LaterSetup = Omit<SifterSetup, 'columns' | 'find' | 'isMatched'> & {
  readonly exported: ExportedRecords;
  /** Of all objects: which records belong to the copy, and which of them will be sent. */
  readonly selection: CopyMaps;
  readonly known: CopyMaps;
  readonly matches: CopyMaps;
  /** By row; absent where the object does not refer to itself. */
  readonly levels: RowLevels | undefined;
};

/** Whether values of an object may be filled at the end. */
export function hasLater({ later }: Pick<CopySurvey, 'later'>): boolean {
  return Object.values(later).some((count) => count > 0);
}

/**
 * Counts what the update at the end will fill, and what it can't, once it is known of the parents' objects, too, which of
 * their records are copied.
 * @throws UsageError a parent isn't copied where the plan says that none may be missing
 */
export async function surveyLater(survey: CopySurvey, setup: LaterSetup): Promise<CopySurvey> {
  const { object, exported, selection, known, matches, levels } = setup;
  const lookups = new LaterLookups({
    ...setup,
    columns: exported.columns,
    find: (name, id) => selection.find(name, id) ?? known.find(name, id),
    isMatched: (id) => known.find(object.object, id) !== undefined,
  });
  const counts = { later: {} as Record<string, number>, cleared: { ...survey.cleared } };
  const held = new ReasonCounts();
  let rows = 0;
  await exported.scan((record, row) => {
    const wanted = lookups.read(record, levels?.follows(row) ?? 'all');
    const { id, states, reason, forbidden } = lookups.after;
    if (wanted.length === 0 || !isSent(object, id, { selection, matches })) return;
    if (forbidden !== undefined) throw missingParent(object, id, forbidden);
    if (lookups.isHeld(wanted)) {
      held.add(reason?.code ?? '', reason?.field ?? '');
      return;
    }
    if (wanted.some((index) => states[index] === 'found')) rows += 1;
    for (const index of wanted) {
      const { field = '' } = object.lookups[index] ?? {};
      const isFound = states[index] === 'found';
      const by = isFound ? counts.later : counts.cleared;
      // Missing parents in the object itself were counted when its levels were found.
      if (isFound || !lookups.isOwn(index)) by[field] = (by[field] ?? 0) + 1;
    }
  });
  return { ...survey, ...counts, laterRows: rows, laterHeld: held.groups() };
}

/** Whether a record is not held, and not left as the target has it. */
function isSent(
  object: CopyObject,
  id: Uint32Array,
  { selection, matches }: Pick<LaterSetup, 'selection' | 'matches'>,
): boolean {
  if (isLeftAlone(object) && matches.find(object.object, id) !== undefined) return false;
  const selected = selection.find(object.object, id);
  return selected instanceof Uint32Array && selected[isHeldAt] === 0;
}

/** Counts records by why they are held. */
class ReasonCounts {
  readonly #counts = new Map<string, HeldCount>();

  add(reason: string, field: string): void {
    const key = `${reason} ${field}`;
    this.#counts.set(key, { reason, field, count: (this.#counts.get(key)?.count ?? 0) + 1 });
  }

  /** The most frequent reason first. */
  groups(): HeldCount[] {
    return [...this.#counts.values()].sort((one, other) => other.count - one.count);
  }
}
