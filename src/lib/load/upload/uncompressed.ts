import type { JobInfo } from '../../api/types.js';
import { orgMemory } from '../../run/org-memory.js';
import type { RunContext } from '../../run/context.js';
import type { JournalRecord, LoadPlan } from '../../run/record.js';
import { partJobsOf } from '../model/status.js';
import { endedParts, sentParts } from './upload-parts.js';
import { sendOptions } from './upload-round.js';
import type { LoadWork } from '../model/work.js';

const refusesCompression = 'refuses-compressed-uploads';

/**
 * Compressed uploads are not documented for Bulk API 2.0. An org that has refused them, or processed nothing of them,
 * gets no more of them.
 */
export async function withoutRefusedCompression(plan: LoadPlan, context: RunContext): Promise<LoadPlan> {
  const { compress, ...uncompressed } = plan;
  const isRefused = compress === true && (await orgMemory(context).has(refusesCompression));
  return isRefused ? uncompressed : plan;
}

/**
 * Sends the load again as it is when all of its jobs have failed as a whole and processed nothing of what was compressed.
 * Waits no longer than until the first job shows that the org takes it.
 * @returns whether there is something to send again
 */
export async function fallBackToUncompressed(work: LoadWork): Promise<boolean> {
  const { journal } = work;
  const [plan] = journal.rounds;
  const isProven = journal.records.some(({ type }) => type === 'collected');
  if (plan.compress !== true || journal.halt !== undefined || isProven || plan.parts.length === 0)
    return false;
  for await (const { info } of endedParts(sentParts(plan, journal), sendOptions(work, plan))) {
    if (!tookNothing(info)) return false;
  }
  await journal.append({ type: 'uncompressed', parts: plan.parts.map(({ index }) => index) });
  return true;
}

/** Remembers an org that takes only what is not compressed. */
export async function rememberRefusal({ journal, context }: LoadWork): Promise<void> {
  const fellBack = journal.records.some(({ type }: JournalRecord) => type === 'uncompressed');
  const hasProcessed = partJobsOf(journal.records).some(
    ({ info }) => info !== undefined && !tookNothing(info),
  );
  if (fellBack && hasProcessed) await orgMemory(context).add(refusesCompression);
}

function tookNothing({ state, numberRecordsProcessed = 0 }: JobInfo): boolean {
  return state === 'Failed' && numberRecordsProcessed === 0;
}
