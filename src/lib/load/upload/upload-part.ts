import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, OrgUnreachableError, UnknownOutcomeError } from '../../api/errors.js';
import type { IngestJobs } from '../../api/ingest-jobs.js';
import { retryWaitMs } from '../../api/retry.js';
import { gzip } from '../../input/gzip.js';
import type { Journal } from '../../run/journal.js';
import type { LoadPlan, Part } from '../../run/record.js';
import { jobGone } from '../../jobs/poll.js';
import { partBody } from './part-body.js';
import type { PartState } from '../part-state.js';

/** Uploads of one part before giving up, each into a job of its own. */
const uploadAttempts = 5;
const closeAttempts = 5;
const waits = { firstWaitMs: 1_000, longestWaitMs: 30_000 };

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
      return closeIfStillOpen(state.jobId, options);
    case 'open':
      await abandon(state.jobId, 'it is not known whether its data arrived', options);
      return uploadAndClose(options);
    case 'planned':
      return uploadAndClose(options);
  }
}

async function uploadAndClose(options: SendPartOptions): Promise<string> {
  const jobId = await upload(options);
  await close(jobId, options);
  return jobId;
}

/**
 * A job that expired while it was Open, or was aborted, was never closed: its rows can go into another one. One that
 * is neither Open any more was closed, with all of the rows in it, by whomever.
 */
async function closeIfStillOpen(jobId: string, options: SendPartOptions): Promise<string> {
  const info = await options.jobs.info(jobId).catch((error: unknown) => {
    if (isGone(error)) return undefined;
    throw error;
  });
  if (info === undefined || info.state === 'Aborted') {
    await abandon(jobId, `it was ${info?.state ?? 'gone'} before it was closed`, options);
    return uploadAndClose(options);
  }
  if (info.state === 'Open') await close(jobId, options);
  else await options.journal.append({ type: 'closed', part: options.part.index, jobId });
  return jobId;
}

/** Creates jobs until one has taken the data whole. @returns its id; the job is still Open */
async function upload(options: SendPartOptions): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const jobId = await createJob(options);
    let sent = 0;
    try {
      await options.journal.append({ type: 'upload', part: options.part.index, jobId });
      const open = (): AsyncIterable<Uint8Array> => {
        // A refreshed session opens the data again from its beginning.
        options.onBytes(-sent);
        sent = 0;
        return partBody(options.plan, options.part, (bytes) => {
          sent += bytes;
          options.onBytes(bytes);
        });
      };
      if (options.plan.compress === true) {
        await options.jobs.upload(jobId, () => gzip(open()), { 'content-encoding': 'gzip' });
      } else await options.jobs.upload(jobId, open);
      await options.journal.append({ type: 'uploaded', part: options.part.index, jobId });
      return jobId;
    } catch (error) {
      options.onBytes(-sent);
      options.signal?.throwIfAborted();
      await abandon(jobId, (error as Error).message, options);
      if (!mayHelp(error) || attempt >= uploadAttempts) throw error;
      await sleep(retryWaitMs(attempt, error, waits), undefined, { signal: options.signal });
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

async function close(jobId: string, options: SendPartOptions): Promise<void> {
  const { jobs, journal, part } = options;
  await journal.append({ type: 'close', part: part.index, jobId });
  try {
    await jobs.close(jobId);
  } catch (error) {
    if (!isUnsettled(error)) throw error;
    return settleClose(jobId, options);
  }
  await journal.append({ type: 'closed', part: part.index, jobId });
}

/**
 * Closes a job whose closing was asked for before. The job itself tells what became of that. One that somebody has
 * aborted meanwhile counts as closed: it may have processed rows, and its results tell which.
 */
async function settleClose(jobId: string, { jobs, journal, part, signal }: SendPartOptions): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const info = await jobs.info(jobId).catch((error: unknown) => {
      throw isGone(error) ? jobGone(jobId, error) : error;
    });
    if (info.state !== 'Open') break;
    try {
      await jobs.close(jobId);
      break;
    } catch (error) {
      if (!isUnsettled(error) || attempt >= closeAttempts) throw error;
      await sleep(retryWaitMs(attempt, error, waits), undefined, { signal });
    }
  }
  await journal.append({ type: 'closed', part: part.index, jobId });
}

function isUnsettled(error: unknown): boolean {
  return error instanceof UnknownOutcomeError || isWrongState(error);
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

function isWrongState(error: unknown): boolean {
  return error instanceof ApiError && error.errorCode === 'INVALIDJOBSTATE';
}

/** A broken upload is worth another job; a refused one, or a file that changed, is not. */
function mayHelp(error: unknown): boolean {
  if (error instanceof UnknownOutcomeError || error instanceof OrgUnreachableError) return true;
  return error instanceof ApiError && (error.status >= 500 || error.status === 404 || error.status === 420);
}
