import type { LookOptions } from '../api/calls.js';
import { followPages } from '../api/follow-pages.js';
import { ingestJobs } from '../api/ingest-jobs.js';
import { isSameId, isSameObject } from '../api/job-answer.js';
import { queryJobs } from '../api/query-jobs.js';
import type { OrgApi } from '../api/port.js';
import type { JobInfo } from '../api/types.js';

/** Which jobs to list; absent members say nothing. */
export type JobFilter = {
  readonly type?: 'ingest' | 'query' | undefined;
  readonly state?: string | undefined;
  /** Compared without regard to case and namespace prefix. */
  readonly object?: string | undefined;
  readonly operation?: string | undefined;
  /** User id, 15 or 18 characters. */
  readonly createdById?: string | undefined;
  readonly since?: Date | undefined;
};

/**
 * Lists the jobs that the org shows this user, newest first. Either address may list jobs of the other kind too, so
 * that each job is taken once.
 */
export async function listJobs(
  api: OrgApi,
  filter: JobFilter = {},
  signal?: AbortSignal,
): Promise<JobInfo[]> {
  const jobs = new Map<string, JobInfo>();
  const lists = [
    ...(filter.type === 'query' ? [] : [ingestJobs(api, signal)]),
    ...(filter.type === 'ingest' ? [] : [queryJobs(api, signal)]),
  ];
  for (const { list } of lists) {
    const pages = followPages(await list(), {
      nextOf: ({ done, nextRecordsUrl }) => (done ? undefined : (nextRecordsUrl ?? undefined)),
      fetch: list,
    });
    for await (const { records } of pages) for (const job of records) jobs.set(job.id, job);
  }
  return [...jobs.values()]
    .filter((job) => matches(job, filter))
    .sort((a, b) => inOrder(b.createdDate, a.createdDate) || inOrder(b.id, a.id));
}

/** Times are of seconds: of jobs of one second the ids say the order, whose characters are in that of their codes. */
function inOrder(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function matches(job: JobInfo, filter: JobFilter): boolean {
  const isQuery = job.operation === 'query' || job.operation === 'queryAll';
  return (
    (filter.type === undefined || (filter.type === 'query') === isQuery) &&
    (filter.state === undefined || job.state === filter.state) &&
    (filter.object === undefined || isSameObject(job.object, filter.object)) &&
    (filter.operation === undefined || job.operation === filter.operation) &&
    (filter.createdById === undefined || isSameId(job.createdById, filter.createdById)) &&
    (filter.since === undefined || new Date(job.createdDate) >= filter.since)
  );
}

/** Asks the org for each job of a load, one after another. @returns them by their ids */
export async function jobInfos(
  api: OrgApi,
  { jobIds, plan }: { readonly jobIds: readonly string[]; readonly plan: { readonly object: string } },
  look?: LookOptions,
): Promise<ReadonlyMap<string, JobInfo>> {
  const jobs = ingestJobs(api, undefined, plan.object);
  const infos = new Map<string, JobInfo>();
  for (const id of jobIds) infos.set(id, await jobs.info(id, look));
  return infos;
}
