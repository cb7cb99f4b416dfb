import type { CopyObject, CopyOwners, CopySurvey } from '../../run/copy-record.js';
import { finderByName } from '../match/by-name.js';
import { CopyMaps } from '../model/copy-maps.js';
import { isLeftAlone } from '../model/steps.js';
import type { ExportedRecords } from '../source/exported-records.js';
import { Hierarchy } from './hierarchy.js';
import { IdMap, IdMapWriter, writeEntries } from '../../files/id-map.js';
import { isCopiedBy } from './looks-ahead.js';
import { matchMapName, selectionName, targetFolderName } from '../model/own-files.js';
import { matchObject } from '../match/match-object.js';
import { missingParent, parentWithoutId } from './refused-parents.js';
import { idWords } from '../../csv/record-id.js';
import type { RowLevels } from '../model/row-levels.js';
import { RowStates, SurveyCounts, isHeldAt, isThereAt, rowAt } from './row-states.js';
import { Sifter, type Verdict } from './sifter.js';
import { recordTwice } from '../source/told-records.js';
import { UniqueKeys } from '../match/unique-keys.js';
import { UnmatchedNames } from './unmatched-names.js';

export type SurveySetup = {
  readonly object: CopyObject;
  readonly exported: ExportedRecords;
  readonly prefixes: ReadonlyMap<string, string>;
  /** Of the objects before; the object's own is added. */
  readonly selection: CopyMaps;
  readonly owners: CopyOwners | undefined;
  /** Which records are which of the target; those of the object are added. */
  readonly matches: CopyMaps;
  /** What earlier copies know, of records outside of this one too. */
  readonly known: CopyMaps;
  /** Records that belong to the copy, of all objects; empty where nothing depends on those of later ones. */
  readonly members: CopyMaps;
  /** The path of a file of the copy's own. */
  readonly pathFor: (name: string) => string;
};

export type ObjectSurvey = {
  readonly survey: CopySurvey;
  /** By row; absent where the object does not refer to itself. */
  readonly levels?: RowLevels;
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

class Survey {
  readonly #setup: SurveySetup;
  readonly #sifter: Sifter;
  readonly #states: RowStates;
  readonly #ownLookups: readonly number[];
  readonly #keys: UniqueKeys;
  #rows: IdMapWriter | undefined;
  readonly #cleared: Record<string, number> = {};
  readonly #later: Record<string, number> = {};
  readonly #unmatched: UnmatchedNames;
  readonly #isMatched: Uint8Array;
  #matchMaps = 0;
  #kept: number | undefined;
  #hierarchy: Hierarchy | undefined;

  constructor(setup: SurveySetup) {
    const { object, exported, prefixes, selection, known } = setup;
    this.#setup = setup;
    this.#sifter = new Sifter({
      object,
      columns: exported.columns,
      prefixes,
      find: (name, id) => selection.find(name, id) ?? known.find(name, id),
      findByName: finderByName(object, setup.owners),
      isMatched: (id) => known.find(object.object, id) !== undefined,
      isCopied: isCopiedBy(setup.members, known),
    });
    this.#unmatched = new UnmatchedNames(object, setup.owners);
    this.#states = new RowStates(exported.rows);
    this.#isMatched = new Uint8Array(exported.rows);
    this.#ownLookups = [...object.lookups.keys()].filter((index) =>
      object.lookups[index]?.to.includes(object.object),
    );
    this.#keys = new UniqueKeys(object);
  }

  async run(): Promise<ObjectSurvey> {
    const { object, exported, selection, pathFor } = this.#setup;
    const selectionPath = pathFor(selectionName(object.object));
    const rowsPath = this.#isDecidedAtOnce ? selectionPath : pathFor(`rows-${object.object}`);
    const rows = (this.#rows = new IdMapWriter(rowsPath));
    const value = new Uint32Array(idWords);
    await exported.scan((record, row) => {
      const verdict = this.#sifter.read(record, 'none');
      this.#states.set(row, verdict, this.#sifter.reason);
      if (verdict === 'outside') return;
      value[isThereAt] = verdict === 'sent' ? 1 : 0;
      value[rowAt] = row;
      value[isHeldAt] = verdict === 'held' ? 1 : 0;
      rows.add(this.#sifter.id, value);
      this.#note(row);
    });
    this.#unmatched.require();
    const twice = await rows.finish();
    if (twice !== undefined) throw await recordTwice({ object, exported }, twice);
    await this.#keys.require(exported);
    if (!this.#isDecidedAtOnce) await this.#decide(rowsPath, selectionPath);
    selection.add(object.object, selectionPath);
    const levels = this.#hierarchy?.levels;
    return { survey: this.#counts(levels), ...(levels === undefined ? {} : { levels }) };
  }

  /** Whether nothing that is found out later changes what becomes of a record. */
  get #isDecidedAtOnce(): boolean {
    const { object, known } = this.#setup;
    const isMatched = object.match !== undefined || known.of(object.object).length > 0;
    return !isMatched && this.#ownLookups.length === 0;
  }

  async #decide(rowsPath: string, selectionPath: string): Promise<void> {
    const rowMap = IdMap.open(rowsPath);
    try {
      if (this.#ownLookups.length > 0) await this.#readHierarchy(rowMap);
      await this.#match();
      this.#holdBelowHeld();
      await writeEntries(selectionPath, this.#selected(rowMap));
    } finally {
      rowMap.close();
    }
  }

  close(): void {
    this.#rows?.discard();
    this.#keys[Symbol.dispose]();
    this.#hierarchy?.close();
  }

  #note(row: number): void {
    const { object } = this.#setup;
    const { forbidden, states, key, unnamed } = this.#sifter;
    this.#unmatched.add(this.#sifter.unmatched);
    if (unnamed !== undefined) throw parentWithoutId(object, this.#sifter.id, unnamed);
    if (forbidden !== undefined) throw missingParent(object, this.#sifter.id, forbidden);
    this.#keys.add(key, row);
    if (this.#stateOf(row) === 'held') return;
    for (let index = 0; index < states.length; index++) {
      const counts = states[index] === 'unsent' ? this.#cleared : this.#later;
      if (states[index] !== 'unsent' && states[index] !== 'later') continue;
      const { field = '' } = object.lookups[index] ?? {};
      counts[field] = (counts[field] ?? 0) + 1;
    }
  }

  async #readHierarchy(rowMap: IdMap): Promise<void> {
    const { object, exported, pathFor } = this.#setup;
    const hierarchy = new Hierarchy(exported.rows, pathFor(`hierarchy-${object.object}`));
    this.#hierarchy = hierarchy;
    await exported.scan((record, row) => {
      if (this.#stateOf(row) === 'outside') return;
      this.#sifter.read(record, 'none');
      for (const index of this.#ownLookups) {
        if (this.#sifter.states[index] !== 'own') continue;
        const parent = this.#sifter.parentOf(record, index);
        const known = parent && rowMap.get(parent);
        if (known !== undefined) hierarchy.add(row, known[rowAt] ?? 0, index);
        else if (parent !== undefined) this.#readElsewhere(parent, row, index);
      }
    });
    hierarchy.settle((index) => object.lookups[index]?.isRequired === true);
  }

  /** Records that were matched, and may be left alone, are there whatever becomes of their parents. */
  async #match(): Promise<void> {
    const { object, exported, pathFor } = this.#setup;
    const { match } = object;
    const matching = {
      ...this.#setup,
      isIn: (row: number) => this.#stateOf(row) !== 'outside',
      onMatch: (row: number) => {
        this.#isMatched[row] = 1;
      },
      nextMap: () => pathFor(matchMapName(object.object, this.#matchMaps++)),
    };
    const hasOwnLookup = match?.fields.some(({ field }) =>
      this.#ownLookups.some((index) => object.lookups[index]?.field === field),
    );
    const levels = hasOwnLookup === true ? this.#hierarchy?.levels : undefined;
    const targetFolder = pathFor(targetFolderName(object.object));
    this.#kept = await matchObject({ ...matching, targetFolder, levels });
    if (this.#matchMaps === 0) return;
    for (let row = 0; row < exported.rows; row++) {
      const state = this.#stateOf(row);
      const next = state === 'outside' ? state : this.#stateWhenMatched(row, state);
      if (next === 'held' && state !== 'held') this.#states.hold(row, 'NO_MATCH');
      else this.#states.set(row, next);
    }
  }

  #stateWhenMatched(row: number, state: Verdict): Verdict {
    const { operation } = this.#setup.object;
    if (this.#isUnchanged(row)) return 'sent';
    if (this.#isMatched[row] === 1) return state;
    if (operation === 'reference') return 'outside';
    return operation === 'update' ? 'held' : state;
  }

  #isUnchanged(row: number): boolean {
    return this.#isMatched[row] === 1 && isLeftAlone(this.#setup.object);
  }

  #holdBelowHeld(): void {
    const { object } = this.#setup;
    const hierarchy = this.#hierarchy;
    if (hierarchy === undefined) return;
    const { levels } = hierarchy;
    hierarchy.each((row, _, index) => {
      const lookup = object.lookups[index];
      if (lookup === undefined || this.#stateOf(row) !== 'sent' || this.#isUnchanged(row)) return;
      if (lookup.isRequired && levels.isInCircle(row))
        this.#states.hold(row, 'PARENTS_FORM_A_CIRCLE', lookup.field);
      else if (!lookup.isRequired && levels.isLater(row))
        this.#later[lookup.field] = (this.#later[lookup.field] ?? 0) + 1;
    });
    hierarchy.spread((row, parent, index) => {
      const isThere = this.#stateOf(parent) !== 'held' || this.#isMatched[parent] === 1;
      const isFreed = this.#stateOf(row) !== 'sent' || isThere;
      const isFilledLater = levels.isLater(row) && object.lookups[index]?.isRequired !== true;
      if (isFreed || this.#isUnchanged(row) || isFilledLater) return false;
      this.#states.hold(row, 'PARENT_HELD_OR_FAILED');
      return true;
    });
  }

  /** A parent that is none of the records that were read may be a person's contact, or one that an earlier copy knows. */
  #readElsewhere(parent: Uint32Array, row: number, index: number): void {
    const { object, selection, known } = this.#setup;
    const found = selection.find(object.object, parent) ?? known.find(object.object, parent);
    if (found === undefined) this.#noteMissingOwn(row, index);
    else if (found === 'held') this.#states.hold(row, 'PARENT_HELD_OR_FAILED');
  }

  #noteMissingOwn(row: number, index: number): void {
    const { object } = this.#setup;
    const lookup = object.lookups[index];
    if (lookup === undefined) return;
    const { missing, field } = lookup;
    if (missing === 'clear') {
      if (this.#stateOf(row) === 'sent') this.#cleared[field] = (this.#cleared[field] ?? 0) + 1;
      return;
    }
    this.#states.hold(row, 'PARENT_NOT_COPIED', field);
    if (missing === 'fail') {
      const reason = { code: 'PARENT_NOT_COPIED', field, parent: '' } as const;
      throw missingParent(object, this.#sifter.id, reason);
    }
  }

  *#selected(rowMap: IdMap): Generator<Uint32Array> {
    for (const entry of rowMap.entries()) {
      const state = this.#stateOf(entry[idWords + rowAt] ?? 0);
      const isMatched = this.#isMatched[entry[idWords + rowAt] ?? 0] === 1;
      entry[idWords + isThereAt] = state === 'sent' || isMatched ? 1 : 0;
      entry[idWords + isHeldAt] = state === 'held' ? 1 : 0;
      if (state !== 'outside') yield entry;
    }
  }

  #stateOf(row: number): Verdict {
    return this.#states.of(row);
  }

  #counts(levels: RowLevels | undefined): CopySurvey {
    const counts = new SurveyCounts();
    const { object, exported } = this.#setup;
    for (let row = 0; row < exported.rows; row++) {
      const level = levels?.of(row) ?? 0;
      counts.add(this.#stateOf(row), { level, isMatched: this.#isMatched[row] === 1 });
    }
    return counts.survey(object, {
      read: exported.rows,
      bytes: exported.bytes,
      heldReasons: this.#states.heldReasons(),
      cleared: this.#cleared,
      later: this.#later,
      ...this.#unmatched.counts,
      ...(this.#matchMaps === 0 ? {} : { matchMaps: this.#matchMaps }),
      ...(this.#kept === undefined ? {} : { kept: this.#kept }),
    });
  }
}
