import type { LoadPlan } from '../../run/record.js';
import { RunRecords } from '../../run/run-records.js';
import { partStates, type PartState } from './part-state.js';
import type { Halt } from './halt.js';
import { partCountOf, roundsOf } from './rounds.js';
import { loadStatusOf } from './status.js';

/** The journal of a load at work. */
export class LoadJournal extends RunRecords {
  get rounds(): readonly [LoadPlan, ...LoadPlan[]] {
    return roundsOf(this.records);
  }

  /** Why no further job is created; undefined while the load goes on. */
  get halt(): Halt | undefined {
    return loadStatusOf('', this.records)?.halt;
  }

  /** Of the parts of all rounds, by their numbers. */
  get states(): readonly PartState[] {
    return partStates(this.records, this.#partCount);
  }

  /** The same, as they were when the journal was opened. */
  get statesBefore(): readonly PartState[] {
    return partStates(this.replayed, this.#partCount);
  }

  get #partCount(): number {
    return partCountOf(this.rounds);
  }
}
