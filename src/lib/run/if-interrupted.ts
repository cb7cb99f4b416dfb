import { UsageError } from '../errors.js';
import { RunLockedError } from './errors.js';
import { beginningOf, jobIdsOf, nameOfRun, type RunStore, type RunView } from './store.js';

/**
 * What a program does where the same work is unfinished: finish that instead, end it first, refuse, or begin beside it.
 * Default: `fail` for inserts and for changes whose new values are made of old ones, which would be made twice; `beside` for
 * all others.
 */
export type IfInterrupted = 'resume' | 'new' | 'fail' | 'beside';

/** What a run says that was ended for another one. */
export const endedForNew = 'Another one was started instead.';

/** @throws the run can't be read, so that it can be neither resumed nor ended */
export function requireReadable({ damage }: RunView): void {
  if (damage !== undefined) throw damage;
}

/** Finds out which process works on a run, or may do so; undefined for one that nobody holds. */
export async function holderOf(
  { runId, damage }: RunView,
  store: RunStore,
): Promise<RunLockedError | undefined> {
  if (damage !== undefined) return undefined;
  try {
    await (await store.open(runId)).close();
    return undefined;
  } catch (error) {
    if (error instanceof RunLockedError) return error;
    throw error;
  }
}

/** Whether a living process works on a run. */
export async function isAtWork(run: RunView, store: RunStore): Promise<boolean> {
  return (await holderOf(run, store))?.ownerLives === true;
}

/** Why nothing begins: the same is unfinished, or is being done by another process. */
export function unfinishedError(run: RunView): UsageError {
  const first = beginningOf(run);
  const isKnown = first !== undefined && first.type !== 'copy';
  const work = isKnown ? `${first.plan.operation}, started ${first.at}` : 'work';
  return new UsageError(
    `The same ${work}, hasn't finished. Doing it beside that one could send rows twice, so nothing was sent.`,
    {
      actions: [
        `Resume it: sf bulk2 job resume --id ${nameOfRun(run)}`,
        "Or set ifInterrupted: 'resume' finishes it, 'new' ends it first and sends everything again, 'beside' ignores it.",
      ],
      data: { runId: run.runId, jobIds: jobIdsOf(run.records) },
    },
  );
}

/**
 * Why an insert doesn't begin beside an unfinished one of files with the same names or of some of the same files.
 * @param hasInserted whether rows of that one may be in the org
 */
export function otherBytesError(run: RunView, hasInserted: boolean): UsageError {
  const name = nameOfRun(run);
  const found = `Job ${name} is of an insert that hasn't finished, of some of these files or of what was in them then`;
  return new UsageError(
    hasInserted
      ? `${found}: rows that it has saved would be inserted twice.`
      : `${found}. Nothing of it is in the org, and nothing was sent.`,
    {
      actions: [
        `Finish it, if its files are as they were: sf bulk2 job resume --id ${name}`,
        hasInserted
          ? `Or end it, and see which rows it has saved: sf bulk2 job abort --id ${name}`
          : `Or end it; it has saved nothing: sf bulk2 job abort --id ${name}`,
        "Or set ifInterrupted: 'new', which loads all rows of these files beside it.",
      ],
      data: { runId: run.runId, jobIds: jobIdsOf(run.records) },
    },
  );
}

/** Why an insert isn't resumed: another one of its files, with other content, may have saved rows since. */
export function insertedSinceError(run: RunView, since: RunView): UsageError {
  const name = nameOfRun(run);
  return new UsageError(
    `The insert hasn't finished, and another one, of job ${nameOfRun(since)}, has used some of its files since: rows that are in both would be inserted twice. Nothing was sent.`,
    {
      actions: [
        `End the interrupted one, if the other one has its rows: sf bulk2 job abort --id ${name}`,
        `Or send what is left of it all the same: sf bulk2 job resume --id ${name}`,
      ],
      data: { runId: run.runId, jobIds: [...jobIdsOf(run.records), ...jobIdsOf(since.records)] },
    },
  );
}

/** Why it can't be resumed: it would not send the same. @param options that it was begun with otherwise */
export function otherOptionsError(run: RunView, options: readonly string[]): UsageError {
  return new UsageError(
    `The same work hasn't finished, and was begun with another ${options.join(', ')}, so that it can't be resumed in this call.`,
    {
      actions: [`Resume it as it was begun: sf bulk2 job resume --id ${nameOfRun(run)}`],
      data: { runId: run.runId, options },
    },
  );
}
