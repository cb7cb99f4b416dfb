import type { CopyObject, CopySurvey } from '../../run/copy-record.js';
import { isLeftAlone } from '../model/steps.js';
import type { Verdict } from './sifter.js';

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
    const matched = this.#matched;
    const levels = isOnlyMatched(object) ? [] : withoutGaps(this.#created);
    return {
      object: object.object,
      outside: this.#outside,
      held: this.#held,
      levels,
      ...(rest.matchMaps === undefined ? {} : this.#matches(object, matched)),
      ...rest,
    };
  }

  #matches(object: CopyObject, matched: number): Pick<CopySurvey, 'updates' | 'unchanged'> {
    if (isLeftAlone(object)) return { unchanged: matched - this.#matchedAndHeld };
    return matched === 0 ? {} : { updates: withoutGaps(this.#updated) };
  }
}

function isOnlyMatched({ operation }: CopyObject): boolean {
  return operation === 'reference';
}

function withoutGaps(counts: readonly number[]): number[] {
  return Array.from({ length: counts.length }, (_, index) => counts[index] ?? 0);
}
