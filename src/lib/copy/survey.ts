import { UsageError } from '../errors.js';
import { Fingerprint } from '../load/collect/fingerprint.js';
import { keyText } from '../load/check/key.js';
import { RepeatedHashes } from '../load/check/repeated-hashes.js';
import type { CopyObject, CopyOwners, CopyStep, CopySurvey } from '../run/copy-record.js';
import { finderByName } from './by-name.js';
import { CopyMaps } from './copy-maps.js';
import type { ExportedRecords } from './exported-records.js';
import { Hierarchy, laterLevel } from './hierarchy.js';
import { IdMap, IdMapWriter } from './id-map.js';
import { idWords, readId } from '../csv/record-id.js';
import { Sifter, type HeldReason } from './sifter.js';
import { UnmatchedNames } from './unmatched-names.js';

/** The value of a record that will be sent, in the map of those that belong to the copy. */
const willBeSent = Uint32Array.of(1, 0, 0);

export type SurveySetup = {
  readonly object: CopyObject;
  readonly exported: ExportedRecords;
  readonly prefixes: ReadonlyMap<string, string>;
  /** Of the objects before; the object's own is added. */
  readonly selection: CopyMaps;
  readonly owners: CopyOwners | undefined;
  /** The path of a file of the copy's own. */
  readonly pathFor: (name: string) => string;
};

export type ObjectSurvey = {
  readonly survey: CopySurvey;
  /** By row; absent where the object does not refer to itself. */
  readonly levels?: Uint8Array;
};

/**
 * Finds out which records of an object belong to the copy, which of them will be sent, and when, without sending anything.
 * @throws UsageError a key occurs twice, or a parent is missing where the plan says that it must not
 */
export async function surveyObject(setup: SurveySetup): Promise<ObjectSurvey> {
  const survey = new Survey(setup);
  try {
    return await survey.run();
  } finally {
    survey.close();
  }
}

/** The loads of a copy in their order. */
export function stepsOf(surveys: readonly CopySurvey[]): CopyStep[] {
  // A level whose records are all held is a step too: their children have to know of them.
  const loads = surveys.flatMap(({ object, levels }) =>
    levels.map((_, level): CopyStep => ({ object, kind: 'load', level })),
  );
  const updates = surveys.flatMap(({ object, later }): CopyStep[] =>
    Object.values(later).some((rows) => rows > 0) ? [{ object, kind: 'later', level: 0 }] : [],
  );
  return [...loads, ...updates];
}

type RowState = 'outside' | 'held' | 'sent';
const rowStates: readonly RowState[] = ['outside', 'held', 'sent'];

class Survey {
  readonly #setup: SurveySetup;
  readonly #sifter: Sifter;
  readonly #states: Uint8Array;
  readonly #ownLookups: readonly number[];
  readonly #keys: RepeatedHashes | undefined;
  readonly #cleared: Record<string, number> = {};
  readonly #later: Record<string, number> = {};
  readonly #unmatched: UnmatchedNames;
  #hierarchy: Hierarchy | undefined;

  constructor(setup: SurveySetup) {
    const { object, exported, prefixes, selection } = setup;
    this.#setup = setup;
    this.#sifter = new Sifter({
      object,
      columns: exported.columns,
      prefixes,
      find: (name, id) => selection.find(name, id),
      findByName: finderByName(object, setup.owners),
    });
    this.#unmatched = new UnmatchedNames(object, setup.owners);
    this.#states = new Uint8Array(exported.rows);
    this.#ownLookups = [...object.lookups.keys()].filter((index) =>
      object.lookups[index]?.to.includes(object.object),
    );
    if (object.key !== undefined) this.#keys = new RepeatedHashes({ maxGroups: 5 });
  }

  async run(): Promise<ObjectSurvey> {
    const { object, exported, selection, pathFor } = this.#setup;
    const rowsPath = pathFor(`rows-${object.object}`);
    const rows = new IdMapWriter(rowsPath);
    await exported.scan((record, row) => {
      const verdict = this.#sifter.read(record, false);
      this.#states[row] = rowStates.indexOf(verdict);
      if (verdict === 'outside') return;
      rows.add(this.#sifter.id, Uint32Array.of(1, row, 0));
      this.#note(row);
    });
    this.#unmatched.require();
    this.#requireUniqueKeys(await rows.finish());
    const rowMap = IdMap.open(rowsPath);
    try {
      if (this.#ownLookups.length > 0) await this.#readHierarchy(rowMap);
      selection.add(object.object, await this.#writeSelection(rowMap));
    } finally {
      rowMap.close();
    }
    const levels = this.#hierarchy?.levels;
    return { survey: this.#counts(levels), ...(levels === undefined ? {} : { levels }) };
  }

  close(): void {
    this.#keys?.close();
    this.#hierarchy?.close();
  }

  #note(row: number): void {
    const { object } = this.#setup;
    const { forbidden, states, key } = this.#sifter;
    this.#unmatched.add(this.#sifter.unmatched);
    if (forbidden !== undefined) throw missingParent(object, this.#sifter.id, forbidden);
    if (this.#keys !== undefined && object.key !== undefined && key !== '') {
      const hash = new Fingerprint().reset().addText(keyText(key, object.key.kind));
      this.#keys.add(hash.high, hash.low, row);
    }
    for (const [index, { field }] of object.lookups.entries()) {
      if (states[index] === 'cleared') this.#cleared[field] = (this.#cleared[field] ?? 0) + 1;
      if (states[index] === 'later') this.#later[field] = (this.#later[field] ?? 0) + 1;
    }
  }

  /** @throws UsageError several records have the same key: which of them would win? */
  #requireUniqueKeys(twice: Uint32Array | undefined): void {
    const { object } = this.#setup;
    if (twice !== undefined) {
      throw new UsageError(`The export of ${object.object} has the record ${readId(twice)} twice.`, {
        actions: ['Export it again.'],
      });
    }
    const [group] = this.#keys?.finish() ?? [];
    if (group === undefined || object.key === undefined) return;
    const rows = group.rows.map((row) => row + 1).join(' and ');
    throw new UsageError(
      `Several records of ${object.object} have the same ${object.key.field}, such as rows ${rows} of ${this.#setup.exported.folder}.`,
      {
        actions: [
          'Narrow the records of the plan with "where", or take another "key".',
          'Without a "key", each record is inserted.',
        ],
        data: { object: object.object, key: object.key.field, rows: group.rows },
      },
    );
  }

  async #readHierarchy(rowMap: IdMap): Promise<void> {
    const { object, exported, pathFor } = this.#setup;
    const hierarchy = new Hierarchy(exported.rows, pathFor(`hierarchy-${object.object}`));
    this.#hierarchy = hierarchy;
    await exported.scan((record, row) => {
      if (this.#stateOf(row) === 'outside') return;
      this.#sifter.read(record, false);
      for (const index of this.#ownLookups) {
        if (this.#sifter.states[index] !== 'own') continue;
        const parent = this.#sifter.parentOf(record, index);
        const known = parent && rowMap.get(parent);
        if (known === undefined) this.#noteMissingOwn(row, index);
        else hierarchy.add(row, known[1] ?? 0, index);
      }
    });
    hierarchy.settle();
    const { levels } = hierarchy;
    hierarchy.each((row, _, index) => {
      const lookup = object.lookups[index];
      if (lookup === undefined || levels[row] !== laterLevel || this.#stateOf(row) !== 'sent') return;
      if (lookup.isRequired) this.#states[row] = rowStates.indexOf('held');
      else this.#later[lookup.field] = (this.#later[lookup.field] ?? 0) + 1;
    });
    hierarchy.spread((row, parent) => {
      const isFreed = this.#stateOf(row) !== 'sent' || this.#stateOf(parent) !== 'held';
      if (isFreed || levels[row] === laterLevel) return false;
      this.#states[row] = rowStates.indexOf('held');
      return true;
    });
  }

  #noteMissingOwn(row: number, index: number): void {
    const { object } = this.#setup;
    const lookup = object.lookups[index];
    if (lookup === undefined) return;
    const { missing, field } = lookup;
    if (missing === 'clear') {
      this.#cleared[field] = (this.#cleared[field] ?? 0) + 1;
      return;
    }
    this.#states[row] = rowStates.indexOf('held');
    if (missing === 'fail') {
      const reason = { code: 'PARENT_NOT_COPIED', field, parent: '' } as const;
      throw missingParent(object, this.#sifter.id, reason);
    }
  }

  async #writeSelection(rowMap: IdMap): Promise<string> {
    const { object, pathFor } = this.#setup;
    const path = pathFor(`selection-${object.object}`);
    const selection = new IdMapWriter(path);
    for (const entry of rowMap.entries()) {
      const row = entry[idWords + 1] ?? 0;
      selection.add(entry, this.#stateOf(row) === 'sent' ? willBeSent : undefined);
    }
    await selection.finish();
    return path;
  }

  #stateOf(row: number): RowState {
    return rowStates[this.#states[row] ?? 0] ?? 'outside';
  }

  #counts(levels: Uint8Array | undefined): CopySurvey {
    const { object, exported } = this.#setup;
    const byLevel: number[] = [];
    const byState = { outside: 0, held: 0, sent: 0 };
    for (let row = 0; row < exported.rows; row++) {
      const state = this.#stateOf(row);
      byState[state] += 1;
      if (state === 'outside') continue;
      const level = levels?.[row] === laterLevel ? 0 : (levels?.[row] ?? 0);
      byLevel[level] = (byLevel[level] ?? 0) + (state === 'sent' ? 1 : 0);
    }
    return {
      object: object.object,
      read: exported.rows,
      outside: byState.outside,
      held: byState.held,
      levels: Array.from({ length: byLevel.length }, (_, level) => byLevel[level] ?? 0),
      cleared: this.#cleared,
      later: this.#later,
      ...this.#unmatched.counts,
    };
  }
}

function missingParent({ object }: CopyObject, id: Uint32Array, { field, parent }: HeldReason): UsageError {
  const which = parent === '' ? 'a record' : parent;
  return new UsageError(`${field} of ${object} ${readId(id)} refers to ${which}, which isn't copied.`, {
    actions: [
      'Add its object to the plan, or widen its "where".',
      `Or say what happens to such records: lookups: { ${field}: { missing: clear } } (or hold).`,
    ],
    data: { object, field, parent },
  });
}
