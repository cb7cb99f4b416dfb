import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../api/errors.js';
import { isDefiniteRefusal } from '../../api/retry.js';
import { isUnsettled } from '../../jobs/end-jobs.js';
import { PollingTimeoutError } from '../../jobs/errors.js';
import type { LoadPlan } from '../../run/record.js';
import { LoadRefusedError } from '../model/halt.js';
import type { LoadWork } from '../model/work.js';
import { requireUnchanged } from './unchanged.js';
import { sendParts, type SendOptions } from './upload-parts.js';

/**
 * Uploads and closes the parts of a load's last round, as far as they are not. An org that refuses compressed uploads
 * gets the same parts as they are. Once the org has refused something for good, no further job is created: whoever
 * resumed the load would be refused again. The same where as many rows have failed as the plan allows.
 *
 * @throws ApiError the org has refused; where that is for good, nothing was sent and the load has ended
 * @throws LoadRefusedError the same, found by a process that resumed it
 */
export async function uploadRound(work: LoadWork): Promise<void> {
  const { journal, wait } = work;
  const plan = lastRound(work);
  await pauseBeforeRetry(work, plan);
  if (journal.states.some(({ kind }) => kind === 'planned' || kind === 'open')) {
    await requireUnchanged(plan);
  }
  // Whether to go on is known only once jobs have ended.
  const oneByOne = (plan.concurrency === 1 && wait !== 'accepted') || plan.maxFailures !== undefined;
  try {
    await sendParts({ ...sendOptions(work, plan), oneByOne });
  } catch (error) {
    if (plan.compress === true && error instanceof ApiError && error.status === 415) {
      await journal.append({ type: 'uncompressed', parts: [] });
      return uploadRound(work);
    }
    // The state of one job is somebody's doing, and says nothing about the others.
    if (!isDefiniteRefusal(error) || isUnsettled(error) || journal.halt !== undefined) throw error;
    if (nothingWasSent(work)) {
      await endUnsent(work, error.message);
      throw error;
    }
    await haltRefused(work, error);
    return uploadRound(work);
  }
  if (journal.halt === undefined || !nothingWasSent(work)) return;
  await endUnsent(work, journal.halt.reason, journal.halt.cause === 'aborted');
  throw new LoadRefusedError(journal.halt, false);
}

/** What the parts of a round are sent and waited for with. */
export function sendOptions(
  { journal, api, events, signal, deadline }: LoadWork,
  plan: LoadPlan,
): SendOptions {
  const mayCreate = (): boolean => journal.halt === undefined;
  return { plan, states: journal.states, api, journal, events, mayCreate, signal, deadline };
}

function lastRound({ journal: { rounds } }: LoadWork): LoadPlan {
  return rounds.at(-1) ?? rounds[0];
}

/** What others hold of the rows, or the org's limits, needs time. A retry that was begun before goes on at once. */
async function pauseBeforeRetry(
  { journal, deadline, signal, firstRetryWaitMs }: LoadWork,
  { parts }: LoadPlan,
): Promise<void> {
  const { rounds, states } = journal;
  if (
    journal.halt !== undefined ||
    rounds.length === 1 ||
    parts.some(({ index }) => states[index]?.kind !== 'planned')
  )
    return;
  const pauseMs = firstRetryWaitMs * 3 ** (rounds.length - 2);
  // Whoever waits no longer does not wait for this either.
  if (deadline !== undefined && Date.now() + pauseMs > deadline) {
    throw new PollingTimeoutError('The wait is over before the rows that failed temporarily are retried.');
  }
  await sleep(pauseMs, undefined, { signal });
}

function nothingWasSent({ journal }: LoadWork): boolean {
  return journal.states.every(({ kind }) => kind === 'planned' || kind === 'open');
}

async function endUnsent({ journal, events }: LoadWork, reason: string, isAborted = false): Promise<void> {
  const at = new Date().toISOString();
  await journal.append({ type: 'done', at, summary: undefined, reason, ...(isAborted ? { isAborted } : {}) });
  events.emit('refused');
}

async function haltRefused({ journal, events }: LoadWork, error: ApiError): Promise<void> {
  const halt = { cause: 'refused', reason: error.message, code: error.errorCode } as const;
  await journal.append({ type: 'halt', at: new Date().toISOString(), ...halt });
  events.emit('halted', halt);
}
