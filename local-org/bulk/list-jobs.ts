import { apiError } from '../server/errors.ts';
import { json, type Reply } from '../server/reply.ts';
import type { Exchange } from '../server/router.ts';
import { jobTypeOf, listedInfo } from './job-info.ts';
import type { Job } from './job.ts';

/** All jobs, of either kind, in no promised order, a page at a time. */
export function listJobs(exchange: Exchange, kind: Job['kind']): Reply {
  const { world, query, version } = exchange;
  const pageRows = world.options.listPageRows;
  const jobs = world.jobLists.page(query.get('queryLocator'), () => select(exchange));
  if (jobs === undefined) throw apiError(`Invalid queryLocator: ${query.get('queryLocator') ?? ''}`);
  const { locator, from, all } = jobs;
  const to = from + pageRows;
  const done = to >= all.length;
  const next = `/services/data/v${version}.0/jobs/${kind}?queryLocator=${locator}-${to}`;
  return json({ done, records: all.slice(from, to).map(listedInfo), nextRecordsUrl: done ? null : next });
}

function select({ world, query }: Exchange): Job[] {
  const jobs: Job[] = [...world.ingestJobs.all, ...world.queryJobs.all];
  const type = query.get('jobType');
  const pkChunked = query.get('isPkChunkingEnabled') === 'true';
  return jobs.filter(
    (job) => (type === null || jobTypeOf(job) === type) && (!pkChunked || job.kind === 'query'),
  );
}
