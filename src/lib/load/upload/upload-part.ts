import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, OrgUnreachableError, UnknownOutcomeError } from '../../api/errors.js';
import type { IngestJobs } from '../../api/ingest-jobs.js';
import type { JobInfo } from '../../api/types.js';
import { isDefiniteRefusal, retryWaitMs } from '../../api/retry.js';
import { gzip } from '../../input/gzip.js';
import type { Journal } from '../../run/journal.js';
import type { JournalRecord, LoadPlan, Part } from '../../run/record.js';
import { arePossibleCounts } from '../../jobs/counts.js';
import { isUnsettled } from '../../jobs/end-jobs.js';
import { untilFound } from '../../jobs/poll.js';
import { fenceOff, infoUnlessGone, isGone, settleClose, settleWaits, wasClosed } from './fence.js';
import { partBody } from './part-body.js';
import type { PartState } from '../model/part-state.js';

/** Uploads of one part before giving up, each into a job of its own. */
const uploadAttempts = 5;

export type SendPartOptions = {
  readonly plan: LoadPlan;
  readonly part: Part;
  readonly jobs: IngestJobs;
  readonly journal: Pick<Journal, 'append' | 'replayed'>;
  readonly signal?: AbortSignal;
  /** Whether jobs may still be created. Default: they may. */
  readonly mayCreate?: () => boolean;
  readonly onCreated: (jobId: string) => void;
  readonly onAbandoned: (jobId: string, reason: string) => void;
  readonly onBytes: (bytes: number) => void;
};

/**
 * Takes one part from wherever it stands to a closed job. What is about to be asked of the org is on disk before it is
 * asked, so that however this ends, the part's rows are in at most one closed job.
 * @returns the id of the closed job; undefined where there is none and none may be created
 */
export async function sendPart(state: PartState, options: SendPartOptions): Promise<string | undefined> {
  try {
    return await advance(state, options);
  } catch (error) {
    // A load that ends early ends without the jobs that the org refuses to close.
    if (options.mayCreate?.() !== false || !('jobId' in state) || !isDefiniteRefusal(error)) throw error;
    return abandonUnlessClosed(state.jobId, error.message, options);
  }
}

async function advance(state: PartState, options: SendPartOptions): Promise<string | undefined> {
  switch (state.kind) {
    case 'closed':
    case 'ended':
      return state.jobId;
    case 'closing':
      await closeForSure(state.jobId, options);
      return state.jobId;
    case 'uploaded':
      return closeIfStillOpen(state.jobId, options);
    case 'open':
      if ((await abandon(state.jobId, 'its upload was interrupted', options)) === 'closed')
        return state.jobId;
      return uploadAndClose(options);
    case 'planned':
      tellAbandoned(options);
      return uploadAndClose(options);
  }
}

/** A job that was given up before a resume, and that nothing has replaced since. */
function tellAbandoned({ journal, part, onAbandoned }: SendPartOptions): void {
  const before = journal.replayed.findLast(
    (record) => record.type === 'abandoned' && record.part === part.index,
  );
  if (before?.type === 'abandoned') onAbandoned(before.jobId, before.reason);
}

async function uploadAndClose(options: SendPartOptions): Promise<string | undefined> {
  const uploaded = await upload(options);
  if (uploaded === undefined) return undefined;
  const { jobId, isClosed } = uploaded;
  if (!isClosed) await close(jobId, options);
  return jobId;
}

/**
 * A job that expired while it was Open, or was aborted, was never closed: its rows can go into another one. One that
 * is not Open any more was closed, with all of the rows in it, by whomever.
 */
async function closeIfStillOpen(jobId: string, options: SendPartOptions): Promise<string | undefined> {
  const { jobs, journal, part, onAbandoned } = options;
  const info = await infoUnlessGone(jobId, jobs);
  if (info?.state === 'Open') await close(jobId, options);
  else if (info !== undefined && wasClosed(info)) {
    await journal.append(closedAs(info, jobId, part));
  } else {
    const reason = `it was ${info?.state ?? 'gone'} before it was closed`;
    await journal.append({ type: 'abandoned', part: part.index, jobId, reason });
    onAbandoned(jobId, reason);
    return uploadAndClose(options);
  }
  return jobId;
}

/**
 * Creates jobs until one has taken the data whole. The job is still Open, unless somebody else has closed it.
 * @returns undefined when no job may be created
 */
async function upload(
  options: SendPartOptions,
): Promise<{ readonly jobId: string; readonly isClosed: boolean } | undefined> {
  const { journal, part, signal, mayCreate } = options;
  for (let attempt = 1; ; attempt += 1) {
    if (mayCreate?.() === false) return undefined;
    const jobId = await createJob(options);
    await journal.append({ type: 'upload', part: part.index, jobId });
    const failure = await failureOfUpload(jobId, options);
    if (failure === undefined) {
      await journal.append({ type: 'uploaded', part: part.index, jobId });
      return { jobId, isClosed: false };
    }
    const { error } = failure;
    signal?.throwIfAborted();
    if ((await abandon(jobId, (error as Error).message, options)) === 'closed')
      return { jobId, isClosed: true };
    if (!mayHelp(error) || attempt >= uploadAttempts) throw error;
    await sleep(retryWaitMs(attempt, error, settleWaits), undefined, { signal });
  }
}

/** @returns undefined when the org has taken the data */
async function failureOfUpload(
  jobId: string,
  { plan, part, jobs, onBytes }: SendPartOptions,
): Promise<{ readonly error: unknown } | undefined> {
  let sent = 0;
  const open = (): AsyncIterable<Uint8Array> => {
    // A refreshed session opens the data again from its beginning.
    onBytes(-sent);
    sent = 0;
    return partBody(plan, part, (bytes) => {
      sent += bytes;
      onBytes(bytes);
    });
  };
  try {
    if (plan.compress === true) {
      await jobs.upload(jobId, () => gzip(open()), { 'content-encoding': 'gzip' });
    } else await jobs.upload(jobId, open);
    return undefined;
  } catch (error) {
    onBytes(-sent);
    return { error };
  }
}

async function createJob({ plan, part, jobs, journal, onCreated }: SendPartOptions): Promise<string> {
  await journal.append({ type: 'create', part: part.index });
  const { id } = await jobs.create({
    object: plan.object,
    operation: plan.operation,
    ...(plan.externalId === undefined ? {} : { externalIdFieldName: plan.externalId }),
    contentType: 'CSV',
    columnDelimiter: plan.columnDelimiter,
    lineEnding: plan.lineEnding,
    ...(plan.assignmentRuleId === undefined ? {} : { assignmentRuleId: plan.assignmentRuleId }),
  });
  await journal.append({ type: 'created', part: part.index, jobId: id });
  onCreated(id);
  return id;
}

/** Gives a job up, once nobody can close it any more. @returns `closed` when somebody has: then it is the part's job */
async function abandon(
  jobId: string,
  reason: string,
  { journal, part, jobs, signal, onAbandoned }: SendPartOptions,
): Promise<'fenced' | 'closed'> {
  const hasChangedHands = journal.replayed.length > 0;
  const outcome = await fenceOff(jobId, { jobs, hasChangedHands, signal });
  await journal.append(
    outcome === 'closed'
      ? { type: 'closed', part: part.index, jobId }
      : { type: 'abandoned', part: part.index, jobId, reason },
  );
  if (outcome === 'fenced') onAbandoned(jobId, reason);
  return outcome;
}

/** Ends a job that may have been closed. Where it was, its results tell what has become of its rows. */
async function abandonUnlessClosed(
  jobId: string,
  reason: string,
  { journal, part, jobs, signal }: SendPartOptions,
): Promise<string | undefined> {
  const hasChangedHands = journal.replayed.length > 0;
  await fenceOff(jobId, { jobs, hasChangedHands, signal });
  const info = await infoUnlessGone(jobId, jobs);
  const hasEnded = info !== undefined && info.state !== 'Open';
  await journal.append(
    hasEnded ? closedAs(info, jobId, part) : { type: 'abandoned', part: part.index, jobId, reason },
  );
  return hasEnded ? jobId : undefined;
}

async function close(jobId: string, options: SendPartOptions): Promise<void> {
  const { jobs, journal, part } = options;
  await journal.append({ type: 'close', part: part.index, jobId });
  let info: JobInfo;
  try {
    info = await jobs.close(jobId);
  } catch (error) {
    // The job was there a moment ago: a server of the org that does not know it yet may answer.
    if (!isUnsettled(error) && !isGone(error)) throw error;
    const ask = (): Promise<JobInfo> => untilFound(jobId, () => jobs.info(jobId), options.signal);
    return closeForSure(jobId, options, ask);
  }
  await journal.append(closedAs(info, jobId, part));
}

async function closeForSure(
  jobId: string,
  { jobs, journal, part, signal }: SendPartOptions,
  ask?: () => Promise<JobInfo>,
): Promise<void> {
  const info = await settleClose(jobId, { jobs, signal, ...(ask === undefined ? {} : { ask }) });
  await journal.append(closedAs(info, jobId, part));
}

/** With what the org has told of the job, unless that can't be. */
function closedAs(info: JobInfo, jobId: string, { index, rows }: Part): JournalRecord {
  const known = arePossibleCounts(info, rows) ? { info } : {};
  return { type: 'closed', part: index, jobId, ...known };
}

/** A broken upload is worth another job; a refused one, or a file that changed, is not. */
function mayHelp(error: unknown): boolean {
  if (error instanceof UnknownOutcomeError || error instanceof OrgUnreachableError) return true;
  return error instanceof ApiError && (error.status >= 500 || error.status === 404 || error.status === 420);
}
