import { queryJobs, type QueryJobs } from '../api/query-jobs.js';
import { withRetry } from '../api/retry.js';
import type { JobInfo } from '../api/types.js';
import { JobFailedError } from '../jobs/errors.js';
import { pollUntilEnded } from '../jobs/poll.js';
import type { RunContext } from '../run/context.js';
import { jobCsv } from './job-csv.js';

/** The query to run, and the object that it reads. */
export type QueryToRun = { readonly soql: string; readonly object: string };

/** Runs a query as a Bulk job, and waits until the org has finished it. @throws JobFailedError the org could not run it */
export async function runQueryJob({ soql, object }: QueryToRun, context: RunContext): Promise<JobInfo> {
  const { jobs, signal } = queryJobsOf(object, context);
  const { id } = await jobs.create({ operation: 'query', query: soql });
  const job = await pollUntilEnded({ jobId: id, isNew: true, ask: (look) => jobs.info(id, look), signal });
  if (job.state !== 'JobComplete') throw new JobFailedError(job, { data: { jobId: id } });
  return job;
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
