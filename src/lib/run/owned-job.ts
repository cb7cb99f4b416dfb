import { UsageError } from '../errors.js';
import type { RunStore } from './store.js';

/**
 * Refuses to change a job that a run of this computer has created. The run knows by its journal what is in the job;
 * data that somebody else uploads, or a job that somebody else closes, can put rows into the org twice.
 * @throws UsageError a run has the job, or had it and gave it up
 * @throws JournalDamagedError | JournalVersionError a journal that can't be read mentions the job
 */
export async function requireOfNoRun(jobId: string, store: RunStore): Promise<void> {
  const run = await store.findByJobId(jobId);
  if (run === undefined) return;
  throw new UsageError(
    `Job ${jobId} belongs to a load that began here: what is uploaded to it or closed beside that load may be loaded twice.`,
    {
      actions: [`Resume the load: sf bulk2 job resume --id ${jobId}`, `In a program: resume('${jobId}')`],
      data: { jobId, runId: run.runId },
    },
  );
}
