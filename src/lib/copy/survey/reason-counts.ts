import type { HeldCount } from '../../run/copy-record.js';

/** Counts records by why they are held. */
export class ReasonCounts {
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
