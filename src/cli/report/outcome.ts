import { inputRowsOf } from '../../lib/load/load.js';
import type { LoadAccount } from '../../lib/load/account.js';
import type { JobInfo } from '../../lib/api/types.js';
import { hasEnded } from '../../lib/jobs/poll.js';

/** How a load stands, in the one word that a page begins with. */
export type Outcome =
  | 'succeeded'
  | 'someFailed'
  | 'noneSucceeded'
  | 'failed'
  | 'notFinished'
  | 'interrupted'
  | 'refused'
  | 'nothing'
  | 'orgRefused'
  | 'aborted';

/** What ended the command early, if anything did: the error, already told apart. */
export type Ending = 'interrupted' | 'timedOut' | 'failed' | undefined;

export function outcomeOf({ status, endedAt, isAborted }: LoadAccount, ending?: Ending): Outcome {
  const { plan, state, successful, failed, unprocessed, files } = status;
  if (inputRowsOf(plan) === 0) return 'nothing';
  const isBroken = state === 'Failed' || state === 'Aborted';
  if (isAborted === true) return 'aborted';
  if (endedAt !== undefined && files === undefined) return 'orgRefused';
  if (endedAt === undefined) {
    if (ending === 'interrupted') return 'interrupted';
    return ending === 'failed' || isBroken ? 'failed' : 'notFinished';
  }
  if (isBroken) return 'failed';
  if (failed + unprocessed === 0) return 'succeeded';
  return successful === 0 ? 'noneSucceeded' : 'someFailed';
}

export function outcomeOfJob(
  { state, numberRecordsProcessed = 0, numberRecordsFailed = 0 }: JobInfo,
  ending?: Ending,
): Outcome {
  if (ending === 'failed' || (hasEnded(state) && state !== 'JobComplete')) return 'failed';
  if (ending === 'interrupted') return 'interrupted';
  if (!hasEnded(state)) return 'notFinished';
  if (numberRecordsFailed === 0) return 'succeeded';
  return numberRecordsFailed === numberRecordsProcessed ? 'noneSucceeded' : 'someFailed';
}
