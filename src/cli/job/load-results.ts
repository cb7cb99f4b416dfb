import { dirname, resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import { UsageError } from '../../lib/errors.js';
import { isThere } from '../../lib/files/file-facts.js';
import { replacementOf } from '../../lib/load/account.js';
import { collectAnew } from '../../lib/load/collect-anew.js';
import { loadStatusOf, requireComplete } from '../../lib/load/load.js';
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
 * Tells the results of a load that are there, or collects them from the org once more.
 * @throws UsageError it has no job, or isn't finished
 */
export async function loadResults(
  run: RunView,
  flags: ResultsFlags,
  session: LoadSession,
  openOrg: <T>(work: (context: RunContext) => Promise<T>) => Promise<T>,
): Promise<LoadReport> {
  const status = loadStatusOf(run.runId, run.records);
  const [jobId] = jobIdsOf(run.records);
  const [unfit] = recordFlagsIn(flags);
  if (unfit !== undefined) {
    throw new UsageError(shared.getMessage('error.IsIngest', [jobId ?? run.runId, unfit]));
  }
  const folder = flags['results-dir'] === undefined ? undefined : resolve(flags['results-dir']);
  const isRetried = session.account?.retriedBy !== undefined;
  if (status?.files !== undefined && (await areThere(Object.values(status.files), folder))) {
    const report = await session.finish(status);
    requireComplete(status, isRetried);
    return report;
  }
  if (jobId === undefined) throw new UsageError(shared.getMessage('error.RunWithoutJobs', [run.runId]));
  return openOrg(async (context) => {
    const { events } = session.tracker;
    const anew = await collectAnew(run, { resultsDir: folder ?? resolve('.'), events }, context);
    const { neverSent } = anew;
    if (neverSent !== undefined) session.warn(messages.getMessage('neverSent', [formatRows(neverSent)]));
    if (anew.jobIds.length === 0) throw new UsageError(messages.getMessage('noneClosed', [jobId]));
    const report = await session.finish(anew);
    requireComplete(anew, isRetried);
    return report;
  });
}

/** Whether these files are where they were written, and in the folder that is asked for. */
async function areThere(files: ReadonlyArray<string | null>, folder: string | undefined): Promise<boolean> {
  const paths = files.filter((path) => path !== null);
  if (folder !== undefined && paths.some((path) => dirname(path) !== folder)) return false;
  return (await Promise.all(paths.map(isThere))).every(Boolean);
}
