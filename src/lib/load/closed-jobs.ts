import type { OrgApi } from '../api/port.js';
import { RowCountError } from '../errors.js';
import { findJob } from '../jobs/find-job.js';
import { inParallel } from '../parallel.js';
import type { JournalRecord, Part } from '../run/record.js';
import { nameOfRun, type RunView } from '../run/store.js';
import { partStates } from './model/part-state.js';
import { partCountOf, roundsOf } from './model/rounds.js';
import { partJobsOf } from './model/status.js';

/** What an aborted load has in closed jobs. */
export type ClosedJobs = {
  /** Its journal with the answers that were lost, and without retries of which no job was closed. */
  readonly records: readonly JournalRecord[];
  /** Parts that are in no closed job: the org has processed none of their rows, and never will. */
  readonly left: readonly Part[];
};

/**
 * Asks the org whether jobs were closed whose answers were lost.
 * @throws RowCountError a retry was aborted that has closed jobs: its rows are in no other place any more
 * @throws JobGoneError the org does not know such a job any more
 */
export async function closedJobsOf(run: RunView, api: OrgApi, signal?: AbortSignal): Promise<ClosedJobs> {
  const { records } = run;
  const rounds = roundsOf(records);
  const [{ parts }, ...retries] = rounds;
  const closed = new Set<number>();
  const answers: JournalRecord[] = [];
  for (const [part, state] of partStates(records, partCountOf(rounds)).entries()) {
    if (state.kind === 'closed' || state.kind === 'ended') closed.add(part);
    if (state.kind !== 'closing') continue;
    const { info } = await findJob(api, state.jobId, signal);
    // The results of one that was aborted while it was being closed tell what it has processed.
    if (info.state === 'Open') continue;
    closed.add(part);
    answers.push({ type: 'closed', part, jobId: state.jobId });
  }
  if (retries.some((retry) => retry.parts.some(({ index }) => closed.has(index)))) throw retryAborted(run);
  return {
    records: [...records.filter(({ type }) => type !== 'retry'), ...answers],
    left: parts.filter(({ index }) => !closed.has(index)),
  };
}

/**
 * Asks the org for jobs that have ended: of one that is gone, a download would be tried for a minute.
 * @throws JobGoneError
 */
export async function requireKept(
  records: readonly JournalRecord[],
  api: OrgApi,
  signal?: AbortSignal,
): Promise<void> {
  const ended = partJobsOf(records).flatMap(({ jobId, info }) => (info === undefined ? [] : (jobId ?? [])));
  await inParallel(ended, atOnce, (jobId) => findJob(api, jobId, signal));
}

const atOnce = 4;

function retryAborted(run: RunView): RowCountError {
  const name = nameOfRun(run);
  return new RowCountError(
    `The load of job ${name} was aborted while it retried rows, so that it isn't known which of them were processed.`,
    { actions: [`See its jobs: sf bulk2 job status --id ${name}`] },
  );
}
