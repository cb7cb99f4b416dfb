import { dirname, resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import { UsageError } from '../../lib/errors.js';
import { isThere } from '../../lib/files/file-facts.js';
import { replacementOf } from '../../lib/load/account.js';
import { collectAnew, collectIntoOwnFolder } from '../../lib/load/collect-anew.js';
import { loadStatusOf, requireComplete, type LoadStatus } from '../../lib/load/load.js';
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

/**
 * Finds the results of a load that are there, or collects them from the org once more.
 * @throws UsageError it has no job, or isn't finished
 * @throws JobGoneError | RowCountError not all of its rows can be accounted for
 */
export async function loadResults(
  run: RunView,
  flags: ResultsFlags,
  { tracker }: LoadSession,
  openOrg: <T>(work: (context: RunContext) => Promise<T>) => Promise<T>,
): Promise<LoadStatus> {
  const status = loadStatusOf(run.runId, run.records);
  const [jobId] = jobIdsOf(run.records);
  const [unfit] = recordFlagsIn(flags);
  if (unfit !== undefined) {
    throw new UsageError(shared.getMessage('error.IsIngest', [jobId ?? run.runId, unfit]));
  }
  const folder = flags['results-dir'] === undefined ? undefined : resolve(flags['results-dir']);
  if (status?.files !== undefined && (await areThere(Object.values(status.files), folder))) return status;
  if (jobId === undefined) throw new UsageError(shared.getMessage('error.RunWithoutJobs', [run.runId]));
  const { events } = tracker;
  const resultsDir = folder ?? resolve('.');
  const options = { resultsDir, events };
  const anew = await openOrg(
    async (context) =>
      (await collectIntoOwnFolder(run, options, context)) ?? collectAnew(run, options, context),
  );
  if (anew.jobIds.length === 0) throw new UsageError(messages.getMessage('noneClosed', [jobId]));
  return anew;
}

/**
 * Tells the results of a load.
 * @throws JobFailedError | LoadRefusedError the load, or a job of it, failed as a whole
 */
export async function tellResults(status: LoadStatus, session: LoadSession): Promise<LoadReport> {
  const { neverSent } = status;
  if (neverSent !== undefined) session.warn(messages.getMessage('neverSent', [formatRows(neverSent)]));
  if (status.unknown !== undefined) tellUnknown(status.unknown, session);
  const { isWithoutInput = false, plan, failed, unprocessed } = status;
  const isKept = session.account?.status.plan.keptColumns !== undefined;
  if (isWithoutInput && (isKept || failed + unprocessed > 0)) {
    const names = plan.sources.map(({ name }) => name).join(', ');
    session.warn(messages.getMessage(isKept ? 'noPlaces.kept' : 'noPlaces', [names]));
  }
  const report = await session.finish(status);
  requireComplete(status, session.account?.retriedBy !== undefined);
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

/** Whether these files are where they were written, and in the folder that is asked for. */
async function areThere(files: ReadonlyArray<string | null>, folder: string | undefined): Promise<boolean> {
  const paths = files.filter((path) => path !== null);
  if (folder !== undefined && paths.some((path) => dirname(path) !== folder)) return false;
  return (await Promise.all(paths.map(isThere))).every(Boolean);
}
