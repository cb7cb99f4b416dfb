import type { LoadStatus } from '../status.js';

/**
 * A load whose rows were sent again, with the results in its own files: its own plan, with the figures of what is left.
 * Its errors are those from before; its file of failed records has the new ones.
 */
export function afterRetry(before: LoadStatus, again: LoadStatus): LoadStatus {
  const successful = before.successful + again.successful;
  const { unprocessed } = again;
  const processed = before.plan.rows - unprocessed;
  return {
    ...before,
    jobs: [...before.jobs, ...again.jobs],
    jobIds: [...before.jobIds, ...again.jobIds],
    processed,
    successful,
    failed: processed - successful,
    unprocessed,
  };
}
