import type { LookOptions } from '../api/calls.js';
import { ingestJobs } from '../api/ingest-jobs.js';
import type { OrgApi } from '../api/port.js';
import type { JobInfo } from '../api/types.js';
import type { LoadStatus } from '../load/status.js';

/** Asks the org for each job of a load, one after another. @returns them by their ids */
export async function jobInfos(
  api: OrgApi,
  { jobIds, plan }: Pick<LoadStatus, 'jobIds' | 'plan'>,
  look?: LookOptions,
): Promise<ReadonlyMap<string, JobInfo>> {
  const jobs = ingestJobs(api, undefined, plan.object);
  const infos = new Map<string, JobInfo>();
  for (const id of jobIds) infos.set(id, await jobs.info(id, look));
  return infos;
}
