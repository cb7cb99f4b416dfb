import type { CopySurvey, CopyObject } from '../../run/copy-record.js';
import type { HeldReason, Verdict } from './sifter.js';
import { isLeftAlone } from '../model/steps.js';

const verdicts: readonly Verdict[] = ['outside', 'held', 'sent'];

/** What becomes of each record of an object, and why those that are held are. */
export class RowStates {
  readonly #states: Uint8Array;
  /** Places in the list of reasons. */
  readonly #reasons: Uint16Array;
  readonly #known: string[] = [];

  constructor(rows: number) {
    this.#states = new Uint8Array(rows);
    this.#reasons = new Uint16Array(rows);
  }

  of(row: number): Verdict {
    return verdicts[this.#states[row] ?? 0] ?? 'outside';
  }

  set(row: number, verdict: Verdict, reason?: Pick<HeldReason, 'code' | 'field'>): void {
    this.#states[row] = verdicts.indexOf(verdict);
    if (reason === undefined) return;
    const text = `${reason.code} ${reason.field}`;
    const place = this.#known.indexOf(text);
    this.#reasons[row] = place < 0 ? this.#known.push(text) - 1 : place;
  }

  hold(row: number, code: HeldReason['code'], field = ''): void {
    this.set(row, 'held', { code, field });
  }

  /** The most frequent reason first. */
  heldReasons(): NonNullable<CopySurvey['heldReasons']> {
    const counts = this.#known.map(() => 0);
    for (let row = 0; row < this.#states.length; row++) {
      const reason = this.#reasons[row] ?? 0;
      if (this.of(row) === 'held') counts[reason] = (counts[reason] ?? 0) + 1;
    }
    const groups = this.#known.map((text, place) => {
      const [reason = '', ...field] = text.split(' ');
      return { reason, field: field.join(' '), count: counts[place] ?? 0 };
    });
    return groups.filter(({ count }) => count > 0).sort((one, other) => other.count - one.count);
  }
}

/** A record that will be loaded, or was matched. */
export type CountedRecord = { readonly level: number; readonly isMatched: boolean };

/** Counts the records of an object by what becomes of them. */
export class SurveyCounts {
  #outside = 0;
  #held = 0;
  #matched = 0;
  #matchedAndHeld = 0;
  readonly #created: number[] = [];
  readonly #updated: number[] = [];

  add(state: Verdict, { level, isMatched }: CountedRecord): void {
    if (state === 'outside') {
      this.#outside += 1;
      return;
    }
    const isSent = state === 'sent';
    if (isMatched) this.#matched += 1;
    if (!isSent) this.#held += 1;
    if (isMatched && !isSent) this.#matchedAndHeld += 1;
    this.#created[level] = (this.#created[level] ?? 0) + (isSent && !isMatched ? 1 : 0);
    this.#updated[level] = (this.#updated[level] ?? 0) + (isSent && isMatched ? 1 : 0);
  }

  survey(
    object: CopyObject,
    rest: Omit<CopySurvey, 'object' | 'outside' | 'held' | 'levels' | 'updates' | 'unchanged'>,
  ): CopySurvey {
    const levels = object.operation === 'reference' ? [] : withoutGaps(this.#created);
    return {
      object: object.object,
      outside: this.#outside,
      held: this.#held,
      levels,
      ...(rest.matchMaps === undefined ? {} : this.#matches(object)),
      ...rest,
    };
  }

  #matches(object: CopyObject): Pick<CopySurvey, 'updates' | 'unchanged'> {
    if (isLeftAlone(object)) return { unchanged: this.#matched - this.#matchedAndHeld };
    return this.#matched === 0 ? {} : { updates: withoutGaps(this.#updated) };
  }
}

function withoutGaps(counts: readonly number[]): number[] {
  return Array.from({ length: counts.length }, (_, index) => counts[index] ?? 0);
}

/**
 * In the value of a record, in the map of those that belong to the copy: whether it will be in the target at the end, its row,
 * and whether it is held.
 */
export const isThereAt = 0;
export const rowAt = 1;
export const isHeldAt = 2;
