import type { Journal, JournalOwner } from '../../run/journal.js';
import type { JournalRecord, LoadPlan } from '../../run/record.js';
import { partStates, type PartState } from './part-state.js';
import type { Halt } from './halt.js';
import { partCountOf, roundsOf } from './rounds.js';
import { loadStatusOf } from './status.js';

/** The journal of a load at work. What the load is and how far it has come is read from its records, and kept nowhere else. */
export class LoadJournal {
  readonly #journal: Journal;
  readonly #records: JournalRecord[];

  constructor(journal: Journal) {
    this.#journal = journal;
    this.#records = [...journal.replayed];
  }

  /** Those that were there when it was opened, and those that have been written since. */
  get records(): readonly JournalRecord[] {
    return this.#records;
  }

  get owner(): JournalOwner {
    return this.#journal.owner;
  }

  /** Aborts when another process has taken the run over. */
  get lost(): AbortSignal {
    return this.#journal.lost;
  }

  get rounds(): readonly [LoadPlan, ...LoadPlan[]] {
    return roundsOf(this.#records);
  }

  /** Why no further job is created; undefined while the load goes on. */
  get halt(): Halt | undefined {
    return loadStatusOf('', this.#records)?.halt;
  }

  /** Of the parts of all rounds, by their numbers. */
  get states(): readonly PartState[] {
    return partStates(this.#records, this.#partCount);
  }

  /** The same, as they were when the journal was opened. */
  get statesBefore(): readonly PartState[] {
    return partStates(this.replayed, this.#partCount);
  }

  get replayed(): readonly JournalRecord[] {
    return this.#journal.replayed;
  }

  get #partCount(): number {
    return partCountOf(this.rounds);
  }

  /** Makes sure that the run is still this process's. @throws LockLostError */
  confirm(): Promise<void> {
    return this.#journal.confirm();
  }

  async append(record: JournalRecord): Promise<void> {
    await this.#journal.append(record);
    this.#records.push(record);
  }
}
