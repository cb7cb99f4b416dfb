import { Messages } from '@salesforce/core';
import { resultsPathOf } from '../../lib/by-query/by-query.js';
import { UsageError } from '../../lib/errors.js';
import { isThere } from '../../lib/files/file-facts.js';
import { isFinished, isRunId, jobIdsOf, runStore, type RunView } from '../../lib/run/store.js';
import { factsOfRun } from '../report/change-facts.js';
import { stateFolder } from '../org-context.js';
import { requireNoCopy } from './copy-run.js';
import type { JobOfRun } from './job-context.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job');

/**
 * Makes sure that a command on jobs is about one: a change by query over SObject Collections has none.
 * @throws UsageError says what there is, and which commands take it
 */
export async function requireJobs(run: RunView): Promise<void> {
  requireNoCopy(run);
  if (run.records[0]?.type !== 'change') return;
  const { runId, records } = run;
  const facts = factsOfRun(run, undefined);
  const failedFilePath = facts?.failedFilePath ?? '';
  const hasFailures = isFinished(records) && (await isThere(failedFilePath));
  const results = resultsPathOf(runId, { store: runStore(stateFolder()) });
  throw new UsageError(messages.getMessage('error.ChangeWithoutJobs', [runId]), {
    actions: [
      messages.getMessage('action.ChangeReport', [runId]),
      ...(isFinished(records) ? [] : [messages.getMessage('action.ResumeChange', [runId])]),
      ...(hasFailures ? [messages.getMessage('action.FailedRecords', [failedFilePath])] : []),
      ...((await isThere(results)) ? [messages.getMessage('action.ChangeResults', [results])] : []),
    ],
    data: { runId },
  });
}

/**
 * The one job of a run that a person has named by its id, where a job is asked for.
 * @throws UsageError the run has none, or several
 */
export async function requireOneJob(found: JobOfRun): Promise<JobOfRun> {
  const { jobId: id, run } = found;
  if (run === undefined || !isRunId(id)) return found;
  await requireJobs(run);
  const [jobId, ...others] = jobIdsOf(run.records);
  if (jobId !== undefined && others.length === 0) return { ...found, jobId };
  if (jobId === undefined) throw new UsageError(messages.getMessage('error.RunWithoutJobs', [id]));
  throw new UsageError(messages.getMessage('error.SeveralJobs', [id, String(others.length + 1)]), {
    actions: [jobId, ...others].map((each) => messages.getMessage('action.JobResults', [each])),
  });
}
