import { ApiError } from '../../api/errors.js';
import { ingestJobs } from '../../api/ingest-jobs.js';
import type { JobInfo } from '../../api/types.js';
import { arePossibleCounts } from '../../jobs/counts.js';
import { boundedBy } from '../../jobs/deadline.js';
import { hasEnded } from '../../jobs/poll.js';
import { inParallel } from '../../parallel.js';
import type { LoadWork } from '../model/work.js';
import { sentParts } from './upload-parts.js';

/**
 * Asks once for each job that was closed before a resume, so that its progress begins with what the org has done by then.
 * A job that has ended isn't asked for again. Whatever goes wrong is left to the wait for that job.
 * @returns what the org says, by job id
 */
export async function lookAtClosedJobs(work: LoadWork): Promise<ReadonlyMap<string, JobInfo>> {
  const { api, journal, events, deadline, signal } = work;
  const infos = new Map<string, JobInfo>();
  let isReachable = true;
  for (const round of journal.rounds) {
    const jobs = ingestJobs(api, signal, round.object);
    const ask = (jobId: string): Promise<JobInfo | undefined> =>
      boundedBy(deadline, signal, (bounded) => jobs.info(jobId, { signal: bounded })).catch(
        (error: unknown) => {
          isReachable = error instanceof ApiError && error.status === 404;
          return undefined;
        },
      );
    const closed = sentParts(round, journal).filter(({ info }) => info === undefined);
    await inParallel(closed, round.concurrency, async ({ jobId, part }) => {
      const info = isReachable ? await ask(jobId) : undefined;
      if (info === undefined) return;
      infos.set(jobId, info);
      events.emit('jobInfo', info);
      if (!hasEnded(info.state) || !arePossibleCounts(info, part.rows)) return;
      await journal.append({ type: 'ended', part: part.index, jobId, info });
    });
  }
  return infos;
}
