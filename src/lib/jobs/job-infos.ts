import { ingestJobs } from '../api/ingest-jobs.js';
import type { OrgApi } from '../api/port.js';
import type { JobInfo } from '../api/types.js';

/** Asks the org for each of these ingest jobs, one after another. @returns them by their ids */
export async function jobInfos(
  api: OrgApi,
  jobIds: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, JobInfo>> {
  const jobs = ingestJobs(api, signal);
  const infos = new Map<string, JobInfo>();
  for (const id of jobIds) infos.set(id, await jobs.info(id));
  return infos;
}
