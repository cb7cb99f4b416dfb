import type { CsvRecord } from '../../csv/record-tokenizer.js';
import type { CopyObject } from '../../run/copy-record.js';
import type { FollowedSelf } from '../model/row-levels.js';
import { Sifter, type SifterSetup } from './sifter.js';

/** Tells of one record after the other which of its lookups are left out at first, and what fills them at the end. */
export class LaterLookups {
  /** As at the end, when all parents are there. Holds of the record that was read last only what `read` says. */
  readonly after: Sifter;
  /** As it is when the records are loaded. */
  readonly #before: Sifter;

  constructor(setup: SifterSetup) {
    this.#before = new Sifter(setup);
    this.after = new Sifter({ ...setup, object: withNothingLater(setup.object) });
  }

  /**
   * @param self which lookups of the record to its own object found their parents when it was loaded
   * @returns the places of its lookups that have a value and were left out; empty: there is nothing to fill
   */
  read(record: CsvRecord, self: FollowedSelf): readonly number[] {
    this.#before.read(record, self);
    const wanted = [...this.#before.states.keys()].filter((index) => isLeftOut(this.#before.states[index]));
    if (wanted.length > 0) this.after.read(record, 'all');
    return wanted;
  }

  /** Whether the parent by a lookup is of the object itself. */
  isOwn(index: number): boolean {
    return this.#before.states[index] === 'own';
  }

  /** Whether one of them has a parent that is held, failed, or must not be missing: then none is filled, for now. */
  isHeld(wanted: readonly number[]): boolean {
    return wanted.some((index) => this.after.states[index] === 'empty');
  }
}

function isLeftOut(state: Sifter['states'][number] | undefined): boolean {
  return state === 'later' || state === 'own';
}

/** For the update all parents are there. */
function withNothingLater(object: CopyObject): CopyObject {
  return { ...object, lookups: object.lookups.map((lookup) => ({ ...lookup, later: [] })) };
}
