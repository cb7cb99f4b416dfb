import { setTimeout as sleep } from 'node:timers/promises';
import type { OrgApi } from '../api/port.js';
import type { JobInfo } from '../api/types.js';
import { inParallel } from '../parallel.js';
import { JobGoneError } from './errors.js';
import { findJob } from './find-job.js';

const atOnce = 4;
/** Not every server of an org knows of every job at once. */
const waitsMs = [200, 400, 800, 1600];

/** Jobs that the org still has, and those that it doesn't know, with what it answered. */
export type KeptJobs = {
  readonly kept: ReadonlyMap<string, JobInfo>;
  readonly gone: ReadonlyMap<string, JobGoneError>;
};

/** Asks the org for jobs. Those that it doesn't know are asked for again for three seconds, all of them together. */
export async function findKept(
  api: OrgApi,
  jobIds: readonly string[],
  signal?: AbortSignal,
): Promise<KeptJobs> {
  const kept = new Map<string, JobInfo>();
  const gone = new Map<string, JobGoneError>();
  let left = jobIds;
  for (const waitMs of [0, ...waitsMs]) {
    if (left.length === 0) break;
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    await inParallel(left, atOnce, async (jobId) => {
      const found = await findJob(api, jobId, signal).catch(goneOrThrow);
      if (found instanceof JobGoneError) gone.set(jobId, found);
      else {
        gone.delete(jobId);
        kept.set(jobId, found.info);
      }
    });
    left = [...gone.keys()];
  }
  return { kept, gone };
}

function goneOrThrow(error: unknown): JobGoneError {
  if (error instanceof JobGoneError) return error;
  throw error;
}
