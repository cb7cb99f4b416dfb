import type { LoadStatus } from '../../lib/load/load.js';
import type { OrgContext } from '../org-context.js';
import type { ProgressDisplay } from './display.js';
import { noteJob } from './notes.js';

/** @returns what shows each status of the jobs that `job status --watch` asks for */
export function followWatch(
  display: ProgressDisplay,
  { orgName, org: { instanceUrl } }: OrgContext,
): (status: LoadStatus) => void {
  const { progress } = display;
  return ({ plan, jobs }) => {
    progress.plannedJobs = plan.parts.length;
    // How many rows a job of another tool has is not known.
    if (plan.parts.length > 0) progress.rows = { ...progress.rows, total: plan.rows };
    for (const { id, state, numberRecordsProcessed = 0, numberRecordsFailed = 0 } of jobs) {
      const figures = { processed: numberRecordsProcessed, failed: numberRecordsFailed };
      noteJob(display, { jobId: id, state, ...figures }, { orgName, instanceUrl });
    }
    const isQuery = jobs[0]?.operation.startsWith('query') === true;
    progress.enter(isQuery ? 'waiting' : 'processing', 'rows');
    display.changed();
  };
}
