import { arePossibleCounts } from '../jobs/counts.js';
import { abortJob } from '../jobs/end-jobs.js';
import { RowCountError, UsageError } from '../errors.js';
import { Events } from '../events.js';
import { InputChangedError, JobGoneError } from '../jobs/errors.js';
import { abortRun, goneOrThrow, type AbortOptions } from '../run/abort-run.js';
import type { RunContext } from '../run/context.js';
import { hasSent } from '../run/has-sent.js';
import { isFinished, type RunView } from '../run/store.js';
import { ResultFilesError } from './collect/results-folder.js';
import { partialsOf, removePartials } from './collect/result-paths.js';
import { runLoad } from './load.js';
import type { LoadEvents } from './model/events.js';
import { LoadRefusedError } from './model/halt.js';
import { copiesOfInput, type LoadWork } from './model/work.js';
import { LoadJournal } from './model/load-journal.js';
import type { PartState } from './model/part-state.js';
import { completeRecord } from './model/rounds.js';
import { loadStatusOf, type LoadStatus } from './model/status.js';
import { wasClosed } from './upload/fence.js';

/**
 * Ends an interrupted load for good; see `abortRun`. Rows that are in no closed job are not loaded. One whose results are complete
 * has nothing left that could be aborted: its files get the names that they lack.
 */
export async function abortLoad(run: RunView, options: AbortOptions, context: RunContext): Promise<void> {
  const { runId } = run;
  if (!isFinished(run.records) && completeRecord(run.records) !== undefined) {
    await runLoad(run, { events: eventsFor(options), wait: 'end' }, context);
    return;
  }
  await abortRun(
    run,
    {
      ...options,
      jobsIn: (records) => loadStatusOf(runId, records)?.jobIds ?? [],
      async noteEnded(opened, info) {
        const journal = new LoadJournal(opened);
        for (const { index: part, rows } of journal.rounds.flatMap(({ parts }) => parts)) {
          const state = journal.states[part];
          const isClosed = state?.kind === 'closing' || state?.kind === 'closed';
          if (isClosed && state.jobId === info.id && arePossibleCounts(info, rows))
            await journal.append({ type: 'ended', part, jobId: info.id, info });
        }
      },
      async tidy(journal) {
        // Its folder may be out of reach.
        const partials = partialsOf({ runId, journal: new LoadJournal(journal) });
        await removePartials(partials).catch(() => undefined);
        await context.store.removeFiles(runId, copiesOfInput);
      },
    },
    context,
  );
}

/**
 * Ends a load as `abortLoad` does, and collects what its jobs had processed: rows that are in no closed job are unprocessed. Of
 * one that has finished nothing is asked. Can be repeated until it is done.
 * @returns undefined where nothing of it was sent
 * @throws JobGoneError | RowCountError and what else `resumeLoad` throws
 */
export async function abortAndCollect(
  run: RunView,
  options: AbortOptions,
  context: RunContext,
): Promise<LoadStatus | undefined> {
  const events = eventsFor(options);
  const onResumed = (work: LoadWork): Promise<void> => haltAborted(work, options);
  try {
    return await runLoad(run, { events, wait: 'end', onResumed }, context);
  } catch (error) {
    if (error instanceof LoadRefusedError) return undefined;
    throw error;
  }
}

/**
 * Ends an interrupted retry as `abortLoad` does. Of one that has sent some of its rows, the others are in its file of unprocessed
 * rows then, from which they can be retried: nothing else tells which of the load's rows these are. Where its results can't be
 * had, or be written, it ends without.
 */
export async function abortRetry(run: RunView, options: AbortOptions, context: RunContext): Promise<void> {
  try {
    if (hasSent(run.records)) await abortAndCollect(run, options, context);
  } catch (error) {
    const isWithout = [UsageError, ResultFilesError, JobGoneError, RowCountError, InputChangedError];
    if (!isWithout.some((kind) => error instanceof kind)) throw error;
  }
  const { records = [] } = (await context.store.find(run.runId)) ?? {};
  if (!isFinished(records)) await abortLoad(run, options, context);
}

/** What is heard of a load that is ended: who has it, and what is wrong with its journal. */
function eventsFor(options: AbortOptions): Events<LoadEvents> {
  const events = new Events<LoadEvents>();
  events.on('ownerWatched', (owner) => options.events.emit('ownerWatched', owner));
  events.on('linesSkipped', (lines) => options.events.emit('linesSkipped', lines));
  return events;
}

async function haltAborted(
  { journal, api, signal }: LoadWork,
  { reason, onJob }: AbortOptions,
): Promise<void> {
  // From here on nothing more is sent, whoever goes on with it.
  if (!journal.records.some(({ type }) => type === 'halt'))
    await journal.append({ type: 'halt', at: new Date().toISOString(), cause: 'aborted', reason });
  for (const [part, state] of journal.states.entries()) {
    if (!('jobId' in state)) continue;
    const { jobId } = state;
    const job = await abortJob(api, jobId, signal).catch(goneOrThrow);
    if (job !== undefined) onJob?.(job);
    const after = afterAbort(state, job?.info);
    if (after === 'closed') await journal.append({ type: 'closed', part, jobId });
    if (after === 'abandoned') await journal.append({ type: 'abandoned', part, jobId, reason });
  }
}

/** What a part's job counts as, if that isn't known yet. Of one that is gone, and may have been closed, nobody knows. */
function afterAbort(
  { kind }: PartState,
  info: Parameters<typeof wasClosed>[0] | undefined,
): 'closed' | 'abandoned' | undefined {
  if (kind === 'closed' || kind === 'ended') return undefined;
  // The results of one that may have been closed tell what it has processed.
  if (kind === 'closing') return info === undefined ? undefined : 'closed';
  return info !== undefined && wasClosed(info) ? 'closed' : 'abandoned';
}
