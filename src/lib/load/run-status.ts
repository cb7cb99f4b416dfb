import type { JobInfo } from '../api/types.js';
import type { JournalRecord } from '../run/record.js';
import type { CollectOutcome } from './collect/request.js';
import { partStates, type PartState } from './part-state.js';
import { figuresOf, stateOfAll, type LoadStatus } from './status.js';

/**
 * A load as its journal tells it, without asking the org. `infos` are fresher facts about its jobs.
 * @returns undefined for a run that is not a load
 */
export function loadStatusOf(
  runId: string,
  records: readonly JournalRecord[],
  infos: ReadonlyMap<string, JobInfo> = new Map(),
): LoadStatus | undefined {
  const [first] = records;
  if (first?.type !== 'load') return undefined;
  const { plan } = first;
  const states = partStates(records, plan.parts.length);
  const jobs = states.flatMap((state) => infoOf(state, infos) ?? []);
  const outcome = outcomeOf(records);
  return {
    runId,
    plan,
    jobs,
    jobIds: states.flatMap((state) => ('jobId' in state ? [state.jobId] : [])),
    state: stateOfAll(states.map((state) => infoOf(state, infos)?.state ?? stateByJournal(state))),
    ...figuresOf(plan.rows, jobs),
    errors: [],
    ...(outcome === undefined ? {} : collectedFigures(outcome)),
  };
}

/** The job of a part as the org last told it. */
export function infoOf(state: PartState, infos: ReadonlyMap<string, JobInfo>): JobInfo | undefined {
  if (!('jobId' in state)) return undefined;
  return infos.get(state.jobId) ?? (state.kind === 'ended' ? state.info : undefined);
}

/** The state of a part's job when the org has not been asked. */
export function stateByJournal({ kind }: PartState): JobInfo['state'] {
  return kind === 'closed' || kind === 'ended' ? 'UploadComplete' : 'Open';
}

function outcomeOf(records: readonly JournalRecord[]): CollectOutcome | undefined {
  const done = records.findLast((record) => record.type === 'done');
  return done?.summary as CollectOutcome | undefined;
}

/** The figures of a load whose results have been collected. */
export function collectedFigures({ successful, failed, unprocessed, errors, paths }: CollectOutcome) {
  return { processed: successful + failed, successful, failed, unprocessed, errors, files: paths };
}
