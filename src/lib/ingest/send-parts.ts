import { ingestJobs, type IngestJobs } from '../api/ingest-jobs.js';
import type { OrgApi } from '../api/port.js';
import type { JobInfo } from '../api/types.js';
import type { Events } from '../events.js';
import type { Journal } from '../journal/journal.js';
import type { LoadPlan, Part } from '../journal/record.js';
import { pollUntilEnded } from '../jobs/poll.js';
import { inParallel } from '../in-parallel.js';
import { deadlineOf, type WaitFor } from '../run-context.js';
import type { LoadEvents } from './events.js';
import type { PartState } from './part-state.js';
import { sendPart } from './send-part.js';

export type SendOptions = {
  readonly plan: LoadPlan;
  readonly states: readonly PartState[];
  readonly api: OrgApi;
  readonly journal: Journal;
  readonly events: Events<LoadEvents>;
  readonly wait: WaitFor;
  readonly signal: AbortSignal;
};

/** What became of one part: the closed job, and its last info once it has ended. */
export type SentPart = { readonly part: Part; readonly jobId: string; readonly info: JobInfo | undefined };

/**
 * Sends all parts, several at a time, then waits for their jobs in order: the org works on all of them meanwhile, and
 * waiting for the first costs no requests for the others. With a concurrency of 1 each job has ended before the next
 * one begins.
 */
export async function sendParts(options: SendOptions): Promise<SentPart[]> {
  const { plan, wait } = options;
  const oneByOne = plan.concurrency === 1 && wait !== 'accepted';
  const deadline = deadlineOf(wait);
  const context = { ...options, jobs: ingestJobs(options.api, options.signal), deadline, sent: 0 };

  const sent = await inParallel(plan.parts, plan.concurrency, async (part) => {
    const jobId = await send(part, context);
    return { part, jobId, info: oneByOne ? await waitFor(part, jobId, context) : undefined };
  });
  if (wait === 'accepted' || oneByOne) return sent;
  const ended: SentPart[] = [];
  for (const each of sent) ended.push({ ...each, info: await waitFor(each.part, each.jobId, context) });
  return ended;
}

type Context = SendOptions & {
  readonly jobs: IngestJobs;
  readonly deadline: number | undefined;
  sent: number;
};

async function send(part: Part, context: Context): Promise<string> {
  const { plan, jobs, journal, events, signal } = context;
  const totalBytes = plan.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const jobId = await sendPart(context.states[part.index] ?? { kind: 'planned' }, {
    plan,
    part,
    jobs,
    journal,
    signal,
    onCreated: (id) => events.emit('jobCreated', { jobId: id, part: part.index }),
    onBytes: (bytes) => {
      context.sent += bytes;
      events.emit('uploading', { bytes: context.sent, totalBytes });
    },
  });
  events.emit('jobClosed', { jobId, part: part.index });
  return jobId;
}

async function waitFor(part: Part, jobId: string, context: Context): Promise<JobInfo> {
  const state = context.states[part.index];
  if (state?.kind === 'ended') return state.info;
  const info = await pollUntilEnded({
    jobId,
    ask: () => context.jobs.info(jobId),
    onInfo: (each) => context.events.emit('jobInfo', each),
    deadline: context.deadline,
    signal: context.signal,
  });
  await context.journal.append({ type: 'ended', part: part.index, jobId, info });
  return info;
}
