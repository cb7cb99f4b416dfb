import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { Bulk2Command } from '../../../cli/bulk2-command.js';
import type { CopyReport } from '../../../cli/copy/copy-report.js';
import { CopySession } from '../../../cli/copy/copy-session.js';
import { requireFitForCopy } from '../../../cli/job/copy-run.js';
import { findReadableRun, idOrLast, openJob, type FoundRun } from '../../../cli/job/job-context.js';
import { jobOrgFlags, lastRunFlags } from '../../../cli/job/job-flags.js';
import { statusText, watchJob, type StatusReport } from '../../../cli/job/job-watch.js';
import { jobWarningText } from '../../../cli/run-news.js';
import { nextStepsText } from '../../../cli/load/load-text.js';
import { loadReport } from '../../../cli/load/load-report.js';
import { stateFolder } from '../../../cli/org-context.js';
import { followWatch } from '../../../cli/progress/follow-watch.js';
import { progressFlag } from '../../../cli/progress/progress-flag.js';
import { changeAccount } from '../../../cli/report/change-account.js';
import { copyStatusOf, stepsCutShort } from '../../../lib/copy/account.js';
import { isRunId, runStore } from '../../../lib/run/store.js';
import type { JobState } from '../../../lib/api/types.js';
import { hasEnded } from '../../../lib/jobs/poll.js';
import { accountOf } from '../../../lib/load/account.js';
import { errorCodes } from '../../../cli/exit-codes.js';
import { grouped } from '../../../cli/flag-groups.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.status');

/** Of a load or an export, or of a whole copy. */
export type JobStatusReport = StatusReport | CopyReport;

type KnownFlags = { readonly id: string; readonly watch: boolean };

export default class Bulk2JobStatus extends Bulk2Command<JobStatusReport> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly usage = messages.getMessages('usage');
  public static override readonly examples = messages.getMessages('examples');
  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped({
    ...jobOrgFlags,
    ...lastRunFlags,
    watch: Flags.boolean({ summary: messages.getMessage('flags.watch.summary') }),
    progress: progressFlag,
  });

  public async run(): Promise<JobStatusReport> {
    const { flags } = await this.parse(Bulk2JobStatus);
    const id = await idOrLast(flags, { withExports: true });
    const known = await this.#knownStatus({ ...flags, id });
    if (known !== undefined) return known;
    const found = await openJob({ ...flags, id }, this.stopSignal());
    try {
      const report = await watchJob(found, {
        untilEnded: flags.watch,
        onStatus: followWatch(this.display, found.context),
        onWarning: (warning) => this.warn(jobWarningText(warning)),
        onGone: ({ message }) => this.warn(message),
      });
      this.log(statusText(report));
      const steps = await this.#nextSteps(found, report);
      if (steps !== undefined) this.log(steps);
      return report;
    } finally {
      this.display.clear();
      await found.context.close();
    }
  }

  /** What can be done about a load of this tool whose jobs have ended, or that has rows to send yet. */
  async #nextSteps({ run, context }: FoundRun, report: StatusReport): Promise<string | undefined> {
    const account = run && (await accountOf(run, context.store));
    if (account === undefined) return undefined;
    if (!hasEnded(report.state as JobState) && report.state !== 'Open') return undefined;
    return nextStepsText(account.status, report, { writesReport: false, account });
  }

  /** A copy, or a change over SObject Collections, has no job: what is known of it is here, and the org isn't asked. */
  async #knownStatus({ id, watch }: KnownFlags): Promise<JobStatusReport | undefined> {
    if (!isRunId(id)) return undefined;
    const { run } = await findReadableRun(id);
    if (run?.records[0]?.type === 'copy') {
      requireFitForCopy({ watch }, ['watch']);
      const status = copyStatusOf(run.runId, run.records);
      const unknown = status.isAborted ? await stepsCutShort(run, runStore(stateFolder())) : [];
      return new CopySession(this).showStatus(status, [...new Set(unknown.map(({ object }) => object))]);
    }
    const known = run === undefined ? undefined : await changeAccount(run, runStore(stateFolder()));
    if (known === undefined) return undefined;
    const report = loadReport(known.status, { apiRequests: 0, elapsedMs: 0 });
    this.log(statusText(report));
    if (known.endedAt === undefined) this.log(messages.getMessage('resumeChange', [id]));
    return report;
  }
}
