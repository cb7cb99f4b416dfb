import { dirname, resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import { UsageError } from '../../lib/errors.js';
import { isThere } from '../../lib/files/file-facts.js';
import { replacementOf } from '../../lib/load/account.js';
import { collectAnew, collectIntoOwnFolder } from '../../lib/load/collect-anew.js';
import {
  inputOf,
  loadStatusOf,
  requireComplete,
  rowsToRetry,
  type LoadStatus,
  type PerResultFile,
} from '../../lib/load/load.js';
import type { RunContext } from '../../lib/run/context.js';
import { jobIdsOf, type RunView } from '../../lib/run/store.js';
import type { LoadReport } from '../load/load-report.js';
import type { LoadSession } from '../load/load-session.js';
import { formatCount, formatRows } from '../units.js';
import { recordFlagsIn, type ResultsFlags } from './results-flags.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.results');
const shared = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job');

type Voice = { log(text: string): void; warn(text: string): void };

/** Whether an id names a load of this computer, whose results are those of all of its jobs. */
export function isLoad({ records: [first] }: RunView): boolean {
  return first?.type === 'load';
}

/** Says of which load these are the results, where that isn't plain from the id. */
export function tellLoad(id: string, run: RunView, voice: Voice): void {
  const replacement = replacementOf(id, run);
  if (replacement !== undefined) {
    const { jobId } = replacement;
    voice.warn(
      jobId === undefined
        ? messages.getMessage('abandoned.unreplaced', [id])
        : messages.getMessage('abandoned', [id, jobId]),
    );
  }
  const jobs = loadStatusOf(run.runId, run.records)?.jobIds ?? [];
  if (jobs.length > 1) voice.log(messages.getMessage('wholeLoad', [formatCount(jobs.length), jobs[0] ?? '']));
}

/** The results of a load, and whether they were collected beside its own. */
export type LoadResults = { readonly status: LoadStatus; readonly isAnew: boolean };

/**
 * Finds the results of a load that are there, or collects them from the org once more. Into its own folder, one that only
 * waits for its jobs is resumed: files of the same names would stand in the way of that later.
 * @throws UsageError it has no job, or isn't finished
 * @throws JobGoneError | RowCountError none of its rows can be accounted for
 */
export async function loadResults(
  run: RunView,
  flags: ResultsFlags,
  { tracker }: LoadSession,
  openOrg: <T>(work: (context: RunContext) => Promise<T>) => Promise<T>,
): Promise<LoadResults> {
  const status = loadStatusOf(run.runId, run.records);
  const [jobId] = jobIdsOf(run.records);
  const [unfit] = recordFlagsIn(flags);
  if (unfit !== undefined) {
    throw new UsageError(shared.getMessage('error.IsIngest', [jobId ?? run.runId, unfit]));
  }
  const folder = flags['results-dir'] === undefined ? undefined : resolve(flags['results-dir']);
  const own = status?.plan.resultsDir;
  const present = await whichAreThere(status?.files, folder);
  if (status?.files !== undefined && Object.values(present).every(Boolean)) return { status, isAnew: false };
  if (jobId === undefined) throw new UsageError(shared.getMessage('error.RunWithoutJobs', [run.runId]));
  const { events } = tracker;
  // A copy resumes its own loads.
  const resultsDir = folder ?? (status?.plan.ofCopy === undefined ? own : undefined) ?? resolve('.');
  const options = { resultsDir, events, keep: keptOf(status?.files, present) };
  const ended = await openOrg(async (context) => {
    const resumed = await collectIntoOwnFolder(run, options, context);
    const isAnew = resumed === undefined;
    return { status: resumed ?? (await collectAnew(run, options, context)), isAnew };
  });
  if (ended.status.jobIds.length === 0) {
    throw new UsageError(messages.getMessage('noneClosed', [jobId]), {
      actions: [messages.getMessage('noneClosed.action')],
    });
  }
  return ended;
}

/**
 * Tells the results of a load.
 * @throws JobFailedError | LoadRefusedError the load, or a job of it, failed as a whole
 */
export async function tellResults(status: LoadStatus, session: LoadSession): Promise<LoadReport> {
  const { neverSent, withoutInput, plan, failed, unprocessed } = status;
  if (neverSent !== undefined)
    session.warn(messages.getMessage('neverSent', [formatRows(neverSent), inputOf(plan)]));
  if (status.unknown !== undefined) tellUnknown(status.unknown, session);
  const isRetried = session.account?.retriedBy !== undefined;
  const isKept = session.account?.status.plan.keptColumns !== undefined;
  if (withoutInput !== undefined && (isKept || failed + unprocessed > 0)) {
    const names = plan.sources.map(({ name }) => name).join(', ');
    const why = messages.getMessage(`input.${withoutInput}`, [names]);
    const hasNone = `${why} ${messages.getMessage(isKept ? 'noPlaces.kept' : 'noPlaces')}`;
    // Of a load that has no result files of its own, nothing can be retried, nor what another load has retried.
    const canRetry = status.runId !== '' && !isRetried && rowsToRetry(status) > 0;
    session.warn(canRetry ? `${hasNone} ${messages.getMessage('noPlaces.retry')}` : hasNone);
  }
  const report = await session.finish(status);
  requireComplete(status, isRetried);
  return report;
}

/** Says of rows whose results can't be had which ones they are. */
function tellUnknown({ rows, jobs }: NonNullable<LoadStatus['unknown']>, session: LoadSession): void {
  for (const { reason, jobId, rows: sent, places } of jobs) {
    const where = places.slice(0, mostPlaces).map(({ file, from, to }) => placeText(file, from, to));
    const more = places.length > mostPlaces ? ['…'] : [];
    const which = places.length === 0 ? '' : ` (${[...where, ...more].join('; ')})`;
    session.warn(messages.getMessage('lost', [reason, jobId, `${formatRows(sent)}${which}`]));
  }
  session.warn(messages.getMessage(rows === 0 ? 'unknown.none' : 'unknown', [formatRows(rows)]));
}

const mostPlaces = 5;

function placeText(file: string, from: number, to: number): string {
  const rows = from === to ? formatCount(from) : `${formatCount(from)}–${formatCount(to)}`;
  return messages.getMessage(from === to ? 'place.row' : 'place.rows', [file, rows]);
}

/** Which files are where they were written, and in the folder that is asked for; a set without rows needs none. */
async function whichAreThere(
  files: LoadStatus['files'],
  folder: string | undefined,
): Promise<PerResultFile<boolean>> {
  const there = async (path: string | null = null): Promise<boolean> =>
    path === null || ((folder === undefined || dirname(path) === folder) && (await isThere(path)));
  const [success, failed, unprocessed] = await Promise.all([
    there(files?.success),
    there(files?.failed),
    there(files?.unprocessed),
  ]);
  return { success, failed, unprocessed };
}

/** Files of the load that stay what they are: somebody may have fixed their rows. */
function keptOf(
  files: LoadStatus['files'],
  { success, failed, unprocessed }: PerResultFile<boolean>,
): PerResultFile<string | null> {
  return {
    success: success ? (files?.success ?? null) : null,
    failed: failed ? (files?.failed ?? null) : null,
    unprocessed: unprocessed ? (files?.unprocessed ?? null) : null,
  };
}
