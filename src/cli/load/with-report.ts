import { Messages } from '@salesforce/core';
import { isFinished, type RunStore, type RunView } from '../../lib/run/store.js';
import type { LoadReport } from './load-report.js';
import type { LoadSession } from './load-session.js';
import type { LoadTracker } from './load-tracker.js';
import type { Told } from '../report/notes.js';
import type { ReportPage } from '../report/page.js';
import { Flags } from '@salesforce/sf-plugins-core';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.load');

type ReportFlags = {
  readonly report?: string | undefined;
  readonly async?: boolean;
  readonly 'results-dir'?: string | undefined;
  readonly 'failed-file'?: string | undefined;
  readonly 'unprocessed-file'?: string | undefined;
};

type Reporting = {
  /** Absolute; absent when no report was asked for, unless the work finds that it was: `session.reportPath`. */
  readonly path: string | undefined;
  readonly session: LoadSession;
  /** Undefined when there is nothing to tell of. */
  readonly pageOf: (told: Told) => Promise<ReportPage | undefined>;
};

/** Where `--report` of a command on a run is to be written. @throws UsageError it cannot be written there */
export async function reportPathFor(
  { report, async, 'results-dir': resultsDir, ...moved }: ReportFlags,
  run: RunView | undefined,
): Promise<string | undefined> {
  if (report === undefined) return undefined;
  const { reportPlaceFor } = await import('../report/report-place.js');
  const read = [moved['failed-file'], moved['unprocessed-file']].filter((path) => path !== undefined);
  const kept = read.map((path) => ({ path, name: path }));
  return reportPlaceFor(report, run, { async, resultsDir, kept });
}

/** Where an unfinished run has its report, for whoever resumes it without naming another place. */
export function keptReportPath(run: RunView): string | undefined {
  const [first] = isFinished(run.records) ? [] : run.records;
  const hasRows = first?.type === 'load' || first?.type === 'change' || first?.type === 'copy';
  return hasRows ? first.plan.reportPath : undefined;
}

/** Tells of the run that is followed, or of the one that was asked for when nothing of it was left to do. */
export function pageOfRun(tracker: LoadTracker, { runId }: RunView, store: RunStore): Reporting['pageOf'] {
  return async (told) => {
    const { runPage } = await import('../report/run-page.js');
    return runPage({ runId: tracker.runId ?? runId, store, infos: tracker.infos }, told);
  };
}

/** Does the work of a load and writes its report, however the work ends. */
export async function withReport<T extends LoadReport>(
  { path, session, pageOf }: Reporting,
  work: () => Promise<T>,
): Promise<T> {
  session.reportPath = path;
  try {
    const report = await work();
    await write({});
    return { ...report, ...session.reported };
  } catch (error) {
    await write({ error });
    throw error;
  }

  /** Never stands in the way of what the load itself has to say. */
  async function write(told: Told): Promise<void> {
    const to = session.reportPath;
    if (to === undefined) return;
    session.quiet();
    try {
      const page = await pageOf(told);
      if (page === undefined) return;
      const { writePage } = await import('../report/render/page.js');
      await writePage(to, page);
      session.tellReport(to);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      session.warn(messages.getMessage('reportNotWritten', [reason]));
    } finally {
      session.reportIsOver();
    }
  }
}

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);

/** `--report` of commands that end with rows to account for. @param exclusive flags that it makes no sense with */
export const reportFlag = (exclusive: string[] = []) =>
  Flags.file({
    summary: messages.getMessage('flags.report.summary'),
    description: messages.getMessage('flags.report.description'),
    helpValue: 'FILE.html',
    exclusive,
  });
