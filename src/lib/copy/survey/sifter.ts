import { cellText } from '../../csv/cells.js';
import type { CsvRecord } from '../../csv/record-tokenizer.js';
import { nullText } from '../../input/flatten-record.js';
import type { CopyLookup, CopyMatch, CopyObject } from '../../run/copy-record.js';
import type { FindByName } from '../match/by-name.js';
import type { KnownRecord } from '../model/copy-maps.js';
import type { IsCopied } from './looks-ahead.js';
import { matchText } from '../../load/check/match-text.js';
import { keyValues } from '../match/match-key.js';
import { parentWithoutIds } from '../plan/file-parents.js';
import { idWords, readId, writeId, writeIdIn } from '../../csv/record-id.js';
import type { FollowedSelf } from '../model/row-levels.js';
import { templateOf, type RowTemplate } from '../plan/row-template.js';

/** `outside`: not a part of the copy. `held`: not sent, since something that it needs is missing. */
export type Verdict = 'outside' | 'held' | 'sent';

/** Why a record is held. */
export type HeldReason = {
  readonly code:
    /** Its parent isn't in the copy. */
    | 'PARENT_NOT_COPIED'
    /** Its parent is held itself, or failed. */
    | 'PARENT_HELD_OR_FAILED'
    /** It is its own ancestor by a lookup that must have a value. */
    | 'PARENTS_FORM_A_CIRCLE'
    | 'NO_KEY'
    | 'NO_MATCH'
    | 'NOTHING_TO_SEND'
    /** One of its texts is `#N/A`, which Bulk API 2.0 takes for an empty value. */
    | 'VALUE_IS_NULL_MARK'
    /** The target doesn't have its owner. */
    | 'OWNER_NOT_FOUND'
    /** The target doesn't have its record type. */
    | 'RECORD_TYPE_NOT_FOUND';
  /** What it is about; of several, all, with blanks between them. */
  readonly field: string;
  /** The parent's id in the source, or the ids, in the order of the fields; empty where there is none. */
  readonly parent: string;
};

/** A lookup whose value may be the id of a parent in a file that has no ids. */
export type UnnamedParent = { readonly field: string; readonly parent: string; readonly of: string };

/**
 * What became of one value of a lookup. `empty`: the record of the source has none. `null`: a file says that it has none. `unsent`: the parent is not copied, so that
 * nothing is said of the lookup: a record that the target has keeps its parent. `own`: it refers to the object itself, whose
 * records are not looked for now. `default`: the target fills it.
 */
export type LookupState = 'empty' | 'null' | 'found' | 'unsent' | 'later' | 'own' | 'default';

export type SifterSetup = {
  readonly object: CopyObject;
  /** Of the exported records. */
  readonly columns: readonly string[];
  /** Objects of the copy by the first three characters of their ids in the source. */
  readonly prefixes: ReadonlyMap<string, string>;
  readonly find: (object: string, id: Uint32Array) => KnownRecord;
  readonly findByName: FindByName;
  /** Whether it is known which record of the target a record is: then it needs no key. */
  readonly isMatched: (id: Uint32Array) => boolean;
  /** Whether a parent that is loaded later will be there; absent where no record is held for it. */
  readonly isCopied?: IsCopied | undefined;
};

/**
 * Decides of one record after the other whether it is sent, and what its lookups refer to then. A record whose parent was
 * held or failed is held; for a parent that is not a part of the copy there is a rule.
 */
export class Sifter {
  /** The id of the record that was read last. */
  readonly id = new Uint32Array(idWords);
  /** Of the object's lookups, in their order. */
  readonly states: LookupState[];
  /** Ids in the target; empty where the state is not `found`. */
  readonly targets: string[];
  /** Set where the verdict is `held`. */
  reason: HeldReason | undefined;
  /** The value of the key that the target matches records by, where there is one. */
  key = '';
  /** A parent is missing where that stops the copy. */
  forbidden: HeldReason | undefined;
  /** A parent that can't be found, since its file has no ids, and that would be cleared. */
  unnamed: UnnamedParent | undefined;
  /** Of the lookups by name, those whose record the target does not have. */
  readonly unmatched: Array<{ readonly lookup: CopyLookup; readonly id: string }> = [];
  readonly #setup: SifterSetup;
  readonly #idCell: number;
  readonly #cells: readonly number[];
  readonly #within: readonly number[];
  readonly #key: RowTemplate | undefined;
  readonly #matchValues: readonly RowTemplate[];
  readonly #parent = new Uint32Array(idWords);

  constructor(setup: SifterSetup) {
    this.#setup = setup;
    const { object, columns } = setup;
    const cellOf = (name: string): number =>
      columns.findIndex((column) => column.toLowerCase() === name.toLowerCase());
    this.#idCell = cellOf('Id');
    this.#cells = object.lookups.map(({ field }) => cellOf(field));
    this.#within = (object.within ?? []).map((field) =>
      object.lookups.findIndex((each) => each.field === field),
    );
    this.#key = object.key && templateOf(object.set[object.key.field] ?? `\${${object.key.field}}`, columns);
    this.#matchValues = keyValues(object, columns);
    this.states = object.lookups.map(() => 'empty');
    this.targets = object.lookups.map(() => '');
  }

  /** @param self which lookups to the object itself find their parents now, and not later */
  read(record: CsvRecord, self: FollowedSelf): Verdict {
    const { lookups } = this.#setup.object;
    this.reason = undefined;
    this.forbidden = undefined;
    this.unnamed = undefined;
    this.unmatched.length = 0;
    if (!writeIdIn(record, this.#idCell, this.id)) throw new TypeError('A record has no Id.');
    if (!this.isWithin(record)) return 'outside';
    for (let index = 0; index < lookups.length; index++) this.#readLookup(index, record, self);
    this.#readKey(record);
    return this.#verdict();
  }

  /** The id of a parent that a record refers to by one of its lookups, as `find` takes it; undefined for none. */
  parentOf(record: CsvRecord, lookup: number): Uint32Array | undefined {
    return writeIdIn(record, this.#cells[lookup] ?? -1, this.#parent) ? this.#parent : undefined;
  }

  #verdict(): Verdict {
    return this.reason === undefined ? 'sent' : 'held';
  }

  /** Whether a record belongs to the copy, or its object has no rule for that. */
  isWithin(record: CsvRecord): boolean {
    if (this.#within.length === 0) return true;
    return this.#within.some((index) => {
      const lookup = this.#setup.object.lookups[index];
      const text = cellText(record, this.#cells[index] ?? -1);
      const object = lookup && this.#objectOf(text, lookup);
      return object !== undefined && this.#find(object, text) !== undefined;
    });
  }

  #readLookup(index: number, record: CsvRecord, self: FollowedSelf): void {
    const lookup = this.#setup.object.lookups[index];
    if (lookup === undefined) return;
    const text = cellText(record, this.#cells[index] ?? -1);
    this.states[index] = 'empty';
    this.targets[index] = '';
    if (text === '') return;
    if (text === nullText) {
      this.states[index] = 'null';
      return;
    }
    const object = this.#objectOf(text, lookup);
    if (lookup.byName !== undefined) {
      const known = object === undefined ? undefined : this.#find(object, text);
      if (known instanceof Uint32Array) this.#setFound(index, readId(known));
      else this.#readByName(index, lookup, text);
      return;
    }
    const isOwn = object === this.#setup.object.object;
    const isLater = object !== undefined && lookup.later.includes(object);
    const isFollowed = self === 'all' || (self === 'required' && lookup.isRequired);
    if (isLater || (isOwn && !isFollowed)) {
      if (this.#isHeldFor(lookup, object, text)) this.#readMissing(index, lookup, text);
      else this.states[index] = isOwn ? 'own' : 'later';
      return;
    }
    const known = object === undefined ? undefined : this.#find(object, text);
    if (known instanceof Uint32Array) this.#setFound(index, readId(known));
    else if (known === 'held')
      this.#hold({ code: 'PARENT_HELD_OR_FAILED', field: lookup.field, parent: text });
    else {
      if (object === undefined) this.#noteUnnamed(lookup, text);
      this.#readMissing(index, lookup, text);
    }
  }

  #noteUnnamed(lookup: CopyLookup, parent: string): void {
    const of = parentWithoutIds(lookup, parent);
    if (of !== undefined) this.unnamed ??= { field: lookup.field, parent, of };
  }

  #setFound(index: number, target: string): void {
    this.states[index] = 'found';
    this.targets[index] = target;
  }

  #readByName(index: number, lookup: CopyLookup, text: string): void {
    const target = this.#setup.findByName(lookup, text);
    if (target === '') return;
    if (target !== undefined) {
      this.#setFound(index, target);
      return;
    }
    this.unmatched.push({ lookup, id: text });
    const { missing, field, byName } = lookup;
    const code = byName === 'owner' ? 'OWNER_NOT_FOUND' : 'RECORD_TYPE_NOT_FOUND';
    if (missing === 'clear') this.states[index] = 'unsent';
    else if (missing === 'default') this.states[index] = 'default';
    else this.#hold({ code, field, parent: text });
  }

  #readMissing(index: number, { missing, field }: CopyLookup, parent: string): void {
    const reason: HeldReason = { code: 'PARENT_NOT_COPIED', field, parent };
    if (missing === 'clear') this.states[index] = 'unsent';
    else this.#hold(reason);
    if (missing === 'fail') this.forbidden ??= reason;
  }

  /** Several lookups may hold a record for the same reason: all are named. Of several reasons it is the first. */
  #hold(reason: HeldReason): void {
    const { code, field, parent } = this.reason ?? reason;
    if (this.reason === undefined) this.reason = reason;
    else if (code === reason.code)
      this.reason = { code, field: `${field} ${reason.field}`, parent: `${parent} ${reason.parent}` };
  }

  #readKey(record: CsvRecord): void {
    const { object, isMatched } = this.#setup;
    const { key, match } = object;
    this.key = key === undefined ? '' : (this.#key?.(record) ?? '');
    if (
      key !== undefined
        ? matchText(this.key, key.kind) !== ''
        : match === undefined || !this.#isEmpty(match, record)
    )
      return;
    if (isMatched(this.id)) return;
    const field = key?.field ?? match?.fields.map((each) => each.field).join(' ') ?? '';
    this.#hold({ code: 'NO_KEY', field, parent: '' });
  }

  #isEmpty({ fields }: CopyMatch, record: CsvRecord): boolean {
    return fields.every(
      ({ compare }, place) => matchText(this.#matchValues[place]?.(record) ?? '', compare) === '',
    );
  }

  /** The object of the copy that a value refers to; its first three characters tell. */
  #objectOf(text: string, { to }: CopyLookup): string | undefined {
    const object = this.#setup.prefixes.get(text.slice(0, 3));
    return object !== undefined && to.includes(object) ? object : undefined;
  }

  /** Whether a record is not even created, since its parent, which would be there later, never will. */
  #isHeldFor({ missing }: CopyLookup, object: string, text: string): boolean {
    const { isCopied } = this.#setup;
    if (missing !== 'hold' || isCopied === undefined) return false;
    return !writeId(text, this.#parent) || !isCopied(object, this.#parent);
  }

  #find(object: string, text: string): KnownRecord {
    return writeId(text, this.#parent) ? this.#setup.find(object, this.#parent) : undefined;
  }
}
