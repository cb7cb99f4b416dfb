import { UnknownOutcomeError } from '../api/errors.js';
import type { IngestJobs } from '../api/ingest-jobs.js';
import type { JobInfo } from '../api/types.js';

const attempts = 3;

/** Closes a job. When the answer never came, the job itself tells whether it must be closed again. */
export async function closeJob(jobs: IngestJobs, id: string): Promise<JobInfo> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await jobs.close(id);
    } catch (error) {
      if (!(error instanceof UnknownOutcomeError)) throw error;
      const info = await jobs.info(id);
      if (info.state !== 'Open') return info;
      if (attempt === attempts) throw error;
    }
  }
}
