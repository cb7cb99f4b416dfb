import { rowsOf, shownSteps } from '../../lib/copy/account.js';
import type { CopyEvents } from '../../lib/copy/copy.js';
import type { Events } from '../../lib/events.js';
import type { Progress } from '../progress/progress.js';
import { formatRecords } from '../units.js';

/** Follows what a copy has sent, for one that ends early. */
export class SentSteps {
  #isBegun = false;
  /** Of the step that is on: rows that are in no closed job, by the numbers of their parts. */
  readonly #unsent = new Map<number, number>();
  #laterRecords = 0;

  constructor(events: Events<CopyEvents>, progress: Pick<Progress, 'setJob' | 'stateOf'>) {
    let toCome: number[] = [];
    events.on('surveyed', ({ steps, surveys }) => {
      toCome = shownSteps(steps, surveys).map((step) => rowsOf(step, surveys));
    });
    events.on('step', ({ number }) => {
      this.#isBegun = true;
      this.#unsent.clear();
      this.#laterRecords = toCome.slice(number).reduce((sum, rows) => sum + rows, 0);
    });
    events.on('planned', ({ parts }) => {
      for (const { index, rows } of parts) this.#unsent.set(index, rows);
    });
    events.on('jobClosed', ({ jobId, part }) => {
      this.#unsent.delete(part);
      if (progress.stateOf(jobId) === undefined) progress.setJob(jobId, { state: 'UploadComplete' });
    });
    events.on('jobInfo', ({ id, state }) => progress.setJob(id, { state }));
  }

  /** Whether records may have been sent, now or before: nothing is before the first step. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** `1,776 records` that are in no closed job; undefined for none. */
  get unsent(): string | undefined {
    const records = [...this.#unsent.values()].reduce((sum, rows) => sum + rows, this.#laterRecords);
    return records === 0 ? undefined : formatRecords(records);
  }
}
