import { RowCountError } from '../../errors.js';
import { stoppedAt } from '../model/steps.js';
import { mapPersonContacts } from '../survey/person-contacts.js';
import { objectOf, runStep, type StepWork } from './run-step.js';
import { refusalOf } from '../model/errors.js';
import type { CopyStep } from '../../run/copy-record.js';
import type { CopyJournal, StepPlace } from '../model/work.js';

/**
 * Takes the steps of all rounds to their end, as far as they are not there. In a round that stops at the first step with
 * records that failed, later steps are left to the next round: a retry.
 * @param take takes a step of a round from where it stands
 */
export async function runRounds(
  work: StepWork,
  take: (work: StepWork, place: StepPlace, step: CopyStep) => Promise<void> = runStep,
): Promise<void> {
  const { journal, contexts } = work;
  const steps = journal.surveyed?.steps ?? [];
  for (let round = 0; round <= journal.round; round++) {
    for (const [step, each] of steps.entries()) {
      contexts.target.signal?.throwIfAborted();
      const isPassedOver = step > stoppedAt(journal.records, round) && each.kind !== 'match';
      if (isPassedOver) continue;
      await take(work, { round, step }, each).catch((cause: unknown) => {
        throw refusalOf(each, cause, work);
      });
      if (isLastOfObject(steps, step)) await mapPersonContacts(work, round, objectOf(work, each));
    }
  }
  requireEachRecord(journal);
}

/** Whether no later step of a round creates or finds records of the same object. */
function isLastOfObject(steps: readonly CopyStep[], index: number): boolean {
  const object = steps[index]?.object;
  const others = steps.slice(index + 1);
  return (
    steps[index]?.kind !== 'later' && !others.some((each) => each.object === object && each.kind !== 'later')
  );
}

/** @throws RowCountError the records of an object do not add up: read = outside + unchanged + sent + held */
function requireEachRecord({ surveyed, mapped }: CopyJournal): void {
  const steps = [...(surveyed?.steps ?? []).entries()].filter(([, { kind }]) => kind !== 'later');
  for (const { object, read, outside, unchanged = 0 } of surveyed?.surveys ?? []) {
    // Of each step the first round counts: what it left is sent again by others.
    const own = steps.filter(([, each]) => each.object === object);
    const first = own.map(([index]) => mapped.find(({ step }) => step === index));
    // The copy has stopped before.
    if (first.includes(undefined)) continue;
    const known = first.reduce(
      (sum, each) => sum + (each?.counts.sent ?? 0) + (each?.counts.held ?? 0),
      outside + unchanged,
    );
    if (known === read) continue;
    throw new RowCountError(
      `${read} records of ${object} were read, and ${known} of them are accounted for.`,
      { data: { object, read, known } },
    );
  }
}
