import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, OrgUnreachableError, UnknownOutcomeError } from '../api/errors.js';
import type { IngestJobs } from '../api/ingest-jobs.js';
import type { JobInfo } from '../api/types.js';
import type { Journal } from '../journal/journal.js';
import type { LoadPlan, Part } from '../journal/record.js';
import { JobFailedError } from '../jobs/errors.js';
import { jobGone } from '../jobs/poll.js';
import { partBody } from './part-body.js';
import type { PartState } from './part-state.js';

/** Uploads of one part before giving up, each into a job of its own. */
const uploadAttempts = 5;
const firstWaitMs = 1_000;

export type SendPartOptions = {
  readonly plan: LoadPlan;
  readonly part: Part;
  readonly jobs: IngestJobs;
  readonly journal: Journal;
  readonly signal?: AbortSignal;
  readonly onCreated: (jobId: string) => void;
  readonly onBytes: (bytes: number) => void;
};

/**
 * Takes one part from wherever it stands to a closed job. What is about to be asked of the org is on disk before it is
 * asked, so that however this ends, the part's rows are in at most one closed job.
 * @returns the id of the closed job
 */
export async function sendPart(state: PartState, options: SendPartOptions): Promise<string> {
  switch (state.kind) {
    case 'closed':
    case 'ended':
      return state.jobId;
    case 'closing':
      await settleClose(state.jobId, options);
      return state.jobId;
    case 'uploaded':
      return closeOrSendAgain(state.jobId, options);
    case 'open':
      await abandon(state.jobId, 'it is not known whether its data arrived', options);
      return closeOrSendAgain(await upload(options), options);
    case 'planned':
      return closeOrSendAgain(await upload(options), options);
  }
}

/** A job that expired while it was Open was never closed: its rows can go into another one. */
async function closeOrSendAgain(jobId: string, options: SendPartOptions): Promise<string> {
  const { jobs, part, journal } = options;
  const info = await jobs.info(jobId).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  });
  if (info?.state === 'Open') {
    await journal.append({ type: 'close', part: part.index, jobId });
    await settleClose(jobId, options);
    return jobId;
  }
  await abandon(jobId, `it was ${info?.state ?? 'gone'} before it was closed`, options);
  return closeOrSendAgain(await upload(options), options);
}

/** Creates jobs until one has taken the data whole. @returns its id; the job is still Open */
async function upload(options: SendPartOptions): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const jobId = await createJob(options);
    let sent = 0;
    try {
      await options.journal.append({ type: 'upload', part: options.part.index, jobId });
      await options.jobs.upload(jobId, () => {
        // A refreshed session opens the data again from its beginning.
        options.onBytes(-sent);
        sent = 0;
        return partBody(options.plan, options.part, (bytes) => {
          sent += bytes;
          options.onBytes(bytes);
        });
      });
      await options.journal.append({ type: 'uploaded', part: options.part.index, jobId });
      return jobId;
    } catch (error) {
      options.onBytes(-sent);
      options.signal?.throwIfAborted();
      await abandon(jobId, (error as Error).message, options);
      if (!mayHelp(error) || attempt >= uploadAttempts) throw error;
      await sleep(firstWaitMs * 2 ** (attempt - 1), undefined, { signal: options.signal });
    }
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

/** The job stays Open and processes nothing; aborting it only tidies up, and may fail. */
async function abandon(
  jobId: string,
  reason: string,
  { journal, part, jobs }: SendPartOptions,
): Promise<void> {
  await journal.append({ type: 'abandoned', part: part.index, jobId, reason });
  await jobs.abort(jobId).catch(() => undefined);
}

/**
 * Closes a job whose closing has been journalled. When the answer is lost, the job itself tells what happened.
 * @throws JobFailedError somebody aborted the job
 */
async function settleClose(jobId: string, options: SendPartOptions): Promise<void> {
  for (;;) {
    const info = await stateOf(jobId, options);
    if (info.state === 'Aborted') throw new JobFailedError(info);
    if (info.state !== 'Open') break;
    const closed = await tryClose(jobId, options);
    if (closed) break;
  }
  await options.journal.append({ type: 'closed', part: options.part.index, jobId });
}

async function tryClose(jobId: string, { jobs }: SendPartOptions): Promise<boolean> {
  try {
    await jobs.close(jobId);
    return true;
  } catch (error) {
    if (error instanceof UnknownOutcomeError || isWrongState(error)) return false;
    throw error;
  }
}

async function stateOf(jobId: string, { jobs }: SendPartOptions): Promise<JobInfo> {
  try {
    return await jobs.info(jobId);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) throw jobGone(jobId, error);
    throw error;
  }
}

function isWrongState(error: unknown): boolean {
  return error instanceof ApiError && error.errorCode === 'INVALIDJOBSTATE';
}

/** A broken upload is worth another job; a refused one, or a file that changed, is not. */
function mayHelp(error: unknown): boolean {
  if (error instanceof UnknownOutcomeError || error instanceof OrgUnreachableError) return true;
  return error instanceof ApiError && (error.status >= 500 || error.status === 404 || error.status === 420);
}
