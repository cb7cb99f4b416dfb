import { UnknownOutcomeError } from '../api/errors.js';
import type { Job } from './job.js';
import type { IngestJobV2 } from './ingest-job.js';
import type { StagedInput } from './stage-input.js';

/** Uploads before giving up, each into a job of its own. */
const attempts = 3;

/**
 * Opens jobs until one has taken the data whole, and closes that one. A job whose upload went wrong is aborted, never
 * used again: what it holds is not known.
 */
export async function submitOnce(createJob: () => IngestJobV2, staged: StagedInput): Promise<IngestJobV2> {
  for (let attempt = 1; ; attempt += 1) {
    const job = createJob();
    await job.open();
    try {
      await job.uploadStaged(staged);
    } catch (error) {
      await discard(job);
      if (!(error instanceof UnknownOutcomeError) || attempt === attempts) throw error;
      continue;
    }
    await job.close();
    return job;
  }
}

/** It processes nothing as long as nobody closes it, so that failing to tidy up does no harm. */
async function discard(job: Job): Promise<void> {
  await job.abort().then(
    () => job.delete().catch(() => undefined),
    () => undefined,
  );
}
