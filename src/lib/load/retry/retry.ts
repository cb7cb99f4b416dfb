import { restApi } from '../../api/rest.js';
import { delimiterCharacters, type JobInfo } from '../../api/types.js';
import { describer } from '../../describe/describe.js';
import type { LoadPlan } from '../../run/record.js';
import { collectRound } from '../collect/collect-round.js';
import { isRetriable } from '../model/error-message.js';
import { partCountOf } from '../model/rounds.js';
import { partJobsOf } from '../model/status.js';
import type { LoadWork } from '../model/work.js';
import { planRows } from './plan-rows.js';

/** Reasons of the org for ending a job that do not lie in its data (Bulk API guide: Bulk API 2.0 errors). */
const passingJobFailure = /TooManyLockFailure|ExceededQuota|Timeout|UNABLE_TO_LOCK_ROW/;

/**
 * Plans a further round for the rows of the last one that met a lock or a limit, or were not processed, as long as the
 * plan of the load allows. Rows that have succeeded are never sent again.
 * @returns whether there is one
 */
export async function planRetry(work: LoadWork): Promise<boolean> {
  const { journal, api, signal, context, runId } = work;
  const { rounds } = journal;
  const [first] = rounds;
  const round = rounds.at(-1) ?? first;
  if (rounds.length > (first.retries ?? 0) || journal.halt !== undefined) return false;
  const { files, progress } = await collectRound(work);
  if (progress.rows.failed + progress.rows.unprocessed === 0 || !canPass(work, round)) return false;
  const delimiter = delimiterCharacters[first.columnDelimiter];
  const kinds = (['failed', 'unprocessed'] as const).filter((kind) => progress.rows[kind] > 0);
  const pathFor = (name: string): string => context.store.pathFor(runId, `retry-${rounds.length}.${name}`);
  const { sent: plan } = await planRows({
    plan: first,
    files: kinds.map((kind) => ({ kind, path: files[kind], bytes: progress.bytes[kind], delimiter })),
    isSent: ({ kind, error }) => kind === 'unprocessed' || isRetriable(error),
    describeOf: describer(restApi(api, signal)),
    pathFor,
    setAsidePath: pathFor('set-aside.csv'),
    firstPart: partCountOf(rounds),
    signal,
  });
  if (plan === undefined) return false;
  await journal.append({ type: 'retry', at: new Date().toISOString(), plan });
  work.events.emit('planned', { ...first, ...plan }, runId);
  return true;
}

/** Whether what ended jobs of a round as a whole may be over when their rows are sent again. */
function canPass({ journal }: LoadWork, { parts }: LoadPlan): boolean {
  const ofRound = new Set(parts.map(({ index }) => index));
  const infos = partJobsOf(journal.records).flatMap(({ part, info }): JobInfo[] =>
    ofRound.has(part.index) && info !== undefined ? [info] : [],
  );
  const broken = infos.filter(({ state }) => state === 'Failed' || state === 'Aborted');
  return broken.every(({ errorMessage = '' }) => passingJobFailure.test(errorMessage));
}
