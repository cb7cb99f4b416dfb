import type { Journal, JournalOwner } from './journal.js';
import type { JournalRecord } from './record.js';

/** The journal of a run at work. What the run is and how far it has come is read from its records, and kept nowhere else. */
export class RunRecords {
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

  get replayed(): readonly JournalRecord[] {
    return this.#journal.replayed;
  }

  get owner(): JournalOwner {
    return this.#journal.owner;
  }

  /** Aborts when another process has taken the run over. */
  get lost(): AbortSignal {
    return this.#journal.lost;
  }

  /** Makes sure that the run is still this process's. @throws LockLostError */
  confirm(): Promise<void> {
    return this.#journal.confirm();
  }

  /** @throws LockLostError another process has taken the run over */
  async append(record: JournalRecord): Promise<void> {
    await this.#journal.append(record);
    this.#records.push(record);
  }

  /** Gives the run free for others. */
  async close(): Promise<void> {
    await this.#journal.close();
  }
}
