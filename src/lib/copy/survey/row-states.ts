import type { CopySurvey } from '../../run/copy-record.js';
import type { HeldReason, Verdict } from './sifter.js';

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
