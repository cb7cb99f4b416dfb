import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../api/errors.js';
import { isDefiniteRefusal } from '../../api/retry.js';
import { PollingTimeoutError } from '../../jobs/errors.js';
import type { LoadPlan } from '../../run/record.js';
import type { LoadWork } from '../work.js';
import { requireUnchanged } from './part-body.js';
import { sendParts, type SendOptions } from './upload-parts.js';

/**
 * Uploads and closes the parts of a load's last round, as far as they are not. An org that refuses compressed uploads
 * gets the same parts as they are.
 *
 * @throws ApiError the org has refused. Where that is for good and nothing was sent, the load has ended: whoever resumed it
 *   would be refused again
 */
export async function uploadRound(work: LoadWork): Promise<void> {
  const { journal, wait } = work;
  const plan = lastRound(work);
  await pauseBeforeRetry(work, plan);
  if (journal.states.some(({ kind }) => kind === 'planned' || kind === 'open')) {
    await requireUnchanged(plan.sources);
  }
  const oneByOne = plan.concurrency === 1 && wait !== 'accepted';
  try {
    await sendParts({ ...sendOptions(work, plan), oneByOne });
  } catch (error) {
    if (plan.compress === true && error instanceof ApiError && error.status === 415) {
      await journal.append({ type: 'uncompressed', parts: [] });
      return uploadRound(work);
    }
    if (isDefiniteRefusal(error) && nothingWasSent(work)) await endRefused(work, error);
    throw error;
  }
}

/** What the parts of a round are sent and waited for with. */
export function sendOptions(
  { journal, api, events, signal, deadline }: LoadWork,
  plan: LoadPlan,
): SendOptions {
  return { plan, states: journal.states, api, journal, events, signal, deadline };
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
  if (rounds.length === 1 || parts.some(({ index }) => states[index]?.kind !== 'planned')) return;
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

async function endRefused({ journal, events }: LoadWork, { message }: ApiError): Promise<void> {
  await journal.append({
    type: 'done',
    at: new Date().toISOString(),
    summary: undefined,
    reason: message,
  });
  events.emit('refused');
}
