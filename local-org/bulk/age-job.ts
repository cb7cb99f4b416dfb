import type { ResolvedOptions } from '../options.ts';
import { isFinished, setState, type Job } from './job.ts';

/** Ends a job that has been open for too long. @returns false once the job is no longer kept */
export function ageJob(job: Job, options: ResolvedOptions): boolean {
  const { openJobMs, retainedJobMs, quirks } = options;
  if (job.state === 'Open' && Date.now() - job.createdAtMs > openJobMs) setState(job, quirks.expiredOpenJob);
  return !isFinished(job) || Date.now() - job.modifiedAtMs <= retainedJobMs;
}
