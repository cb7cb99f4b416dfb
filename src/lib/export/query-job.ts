import type { LookOptions } from '../api/calls.js';
import { queryJobs, type QueryJobs } from '../api/query-jobs.js';
import { withRetry } from '../api/retry.js';
import type { JobInfo } from '../api/types.js';
import { JobFailedError } from '../jobs/errors.js';
import { pollUntilEnded } from '../jobs/poll.js';
import type { RunContext } from '../run/context.js';
import { jobCsv } from './job-csv.js';

const abortWithinMs = 5_000;

/** The query to run, and the object that it reads. */
export type QueryToRun = { readonly soql: string; readonly object: string };

/** Runs a query as a Bulk job, and waits until the org has finished it. @throws JobFailedError the org could not run it; PollingTimeoutError the time is up: the job is aborted */
export async function runQueryJob({ soql, object }: QueryToRun, context: RunContext): Promise<JobInfo> {
  const { jobs, signal } = queryJobsOf(object, context);
  const { id } = await jobs.create({ operation: 'query', query: soql });
  const ask = (look: LookOptions): Promise<JobInfo> => jobs.info(id, look);
  const { deadline } = context;
  const job = await pollUntilEnded({
    jobId: id,
    isNew: true,
    ranForMs: 0,
    ask,
    signal,
    ...(deadline === undefined ? {} : { deadline }),
  }).catch(async (error: unknown) => {
    await abortUnfinished(id, object, context);
    throw error;
  });
  if (job.state !== 'JobComplete') throw new JobFailedError(job, { data: { jobId: id } });
  return job;
}

/** Nobody will ask for the job's records any more. That it can't be aborted changes nothing. */
async function abortUnfinished(id: string, object: string, context: RunContext): Promise<void> {
  const { jobs } = queryJobsOf(object, { ...context, signal: AbortSignal.timeout(abortWithinMs) });
  await jobs.abort(id).catch(() => undefined);
}

/** Runs a query as a Bulk job, and gives all of its records as one CSV with a header. Throws as `runQueryJob` does. */
export async function* queryCsv(query: QueryToRun, context: RunContext): AsyncGenerator<Buffer> {
  const job = await runQueryJob(query, context);
  const { jobs, signal } = queryJobsOf(query.object, context);
  yield* jobCsv({ jobs, job, apiVersion: context.org.apiVersion, signal });
}

export function queryJobsOf(
  object: string,
  { api, retryPolicy, signal = new AbortController().signal }: RunContext,
): { readonly jobs: QueryJobs; readonly signal: AbortSignal } {
  return { jobs: queryJobs(withRetry(api, undefined, retryPolicy), signal, object), signal };
}
