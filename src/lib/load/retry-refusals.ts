import { access } from 'node:fs/promises';
import { UsageError } from '../errors.js';
import { hasSent } from '../run/has-sent.js';
import { isFinished, jobIdsOf, nameOfRun, type RunView } from '../run/store.js';
import { loadStatusOf, type LoadStatus } from './model/status.js';
import { changedTooLate, inputOf, isChangedSince, type LeftFile } from './left-files.js';
import { missingText } from './retry/missing-rows.js';
import type { WrittenFile } from './retry/edited-files.js';

// Why a load is not retried, and what a person does then.

/** Why a load is not retried that was retried before. @param view the last of its retries, each of which has retried what was left */
export function alreadyRetried({ runId, records }: RunView, retryId: string, view: RunView): UsageError {
  const jobId = jobIdsOf(records)[0] ?? '';
  const status = loadStatusOf(view.runId, view.records);
  const next = isFinished(view.records) ? 'retry' : 'resume';
  const hasNoFiles = next === 'retry' && status?.files === undefined;
  const were = `The rows of ${jobId === '' ? 'this load' : `job ${jobId}`} were retried by job ${retryId}`;
  const data = { retryJobId: retryId };
  const lastId = jobIdsOf(view.records)[0] ?? retryId;
  if (lastId !== retryId)
    return new UsageError(
      `${were}, and what that left by later ones; rows that were saved would be loaded twice.`,
      {
        actions: [`Go on from the last of these: sf bulk2 job ${next} --id ${lastId}`],
        data,
      },
    );
  if (next === 'retry' && status?.failed === 0 && status.unprocessed === 0) {
    const retried = loadStatusOf(runId, records);
    const missing = (retried?.failed ?? 0) + (retried?.unprocessed ?? 0) - status.plan.rows;
    if (missing <= 0)
      return new UsageError(`${were}, and all of them were saved: nothing is left to retry.`, { data });
    const { operation, object } = status.plan;
    const named = status.plan.missing && missingText(status.plan.missing);
    const which = named === undefined ? '' : ` (${named})`;
    return new UsageError(
      `${were} but for ${missing} that its files did not have${which}; all others were saved.`,
      {
        actions: [
          `Copy those rows alone into a file of another name, and load that: sf bulk2 ${operation} --sobject ${object} --file FILE`,
        ],
        data,
      },
    );
  }
  const isAborted = hasNoFiles ? ', and that load was aborted' : '';
  return new UsageError(`${were}${isAborted}; rows that were saved would be loaded twice.`, {
    actions:
      hasNoFiles && status !== undefined
        ? byHand(status)
        : [`Go on from there: sf bulk2 job ${next} --id ${retryId}`],
    data,
  });
}

/** Why there is nothing to take rows from. */
export function noResults(run: RunView, status: LoadStatus): UsageError {
  const { records } = run;
  const jobId = status.jobIds[0] ?? jobIdsOf(records)[0] ?? '';
  const name = jobId === '' ? 'The load' : `The load of job ${jobId}`;
  if (!isFinished(records)) {
    return new UsageError(`${name} has not ended, so that it is not known what has failed.`, {
      actions: [`Resume it first: sf bulk2 job resume --id ${jobId === '' ? nameOfRun(run) : jobId}`],
    });
  }
  if (!hasSent(records)) {
    return new UsageError(`${name} ended before any of its rows was saved: there is nothing to retry.`, {
      actions: [sendAgain(status)],
    });
  }
  return new UsageError(`${name} ended without result files, so that it is not known here what has failed.`, {
    actions: byHand(status),
  });
}

/** How all rows of a load are sent of which none was saved. */
function sendAgain({ plan }: LoadStatus): string {
  const { retryOf } = plan;
  if (retryOf !== undefined) return `Retry the rows again: sf bulk2 job retry --id ${retryOf}`;
  return `Load ${inputNames(plan)}: ${loadLine(plan)}`;
}

function inputNames({ sources }: LoadStatus['plan']): string {
  const names = [...new Set(sources.filter(({ spooled }) => !spooled).map(({ name }) => name))];
  return names.length === 0 ? 'the input' : names.slice(0, mostFilesNamed).join(', ');
}

function loadLine({ operation, object }: LoadStatus['plan']): string {
  return `sf bulk2 ${operation} --sobject ${object} --file FILE`;
}

/** How a person gets at rows that did not succeed, where the plugin does not know them. */
function byHand({ jobIds, jobs, plan }: LoadStatus): string[] {
  const isRetry = plan.retryOf !== undefined;
  const [id] = jobIds.length > 0 ? jobIds : jobs.map((job) => job.id);
  const load = loadLine(plan);
  if (id === undefined) return [`Load ${inputNames(plan)}: ${load}`];
  return [
    `Get the results of all of its jobs from the org: sf bulk2 job results --id ${id}`,
    `Then load the files of failed and unprocessed records, and rows of ${inputOf(plan)} that were never sent${isRetry ? ', copied into a file of another name' : ''}: ${load}`,
  ];
}

const mostFilesNamed = 5;

/** A load all of whose rows were set aside has no job. */
function nameOf({ jobIds: [first], runId }: LoadStatus): string {
  return first ?? runId;
}

export async function requireThere(files: readonly WrittenFile[], status: LoadStatus): Promise<void> {
  for (const { kind, path } of files) {
    await access(path).catch((cause: unknown) => {
      throw new UsageError(`The result file ${path} is not there any more.`, {
        cause,
        actions: [
          `Put it back, or say where it is: sf bulk2 job retry --id ${nameOf(status)} --${kind}-file FILE`,
          ...byHand(status),
        ],
        data: { path },
      });
    });
  }
}

/**
 * Makes sure that nobody has fixed rows in a file that this load has retried the rows of: what failed again is in its own files.
 * @param older files of the loads before
 * @throws UsageError somebody has
 */
export async function requireOlderUnchanged(
  older: readonly LeftFile[],
  files: readonly WrittenFile[],
  status: LoadStatus,
): Promise<void> {
  const now = files.map(({ path }) => path).join(' and ');
  for (const file of older) {
    const path = file.read.path ?? file.path;
    if (files.some((each) => each.path === path) || !(await isChangedSince(file))) continue;
    throw changedTooLate(path, now, nameOf(status));
  }
}
