import { Messages } from '@salesforce/core';
import { errorCodes, exitCodes } from '../../../cli/exit-codes.js';
import { requireOneJob } from '../../../cli/job/change-run.js';
import { findReadableRun, jobOfRun, lastRun } from '../../../cli/job/job-context.js';
import { CollectCommand, type CollectFlags, type CollectReport } from '../../../cli/job/collect-command.js';
import { jobOrgFlags, lastRunFlags } from '../../../cli/job/job-flags.js';
import { isLoad, loadResults, tellLoad, tellResults } from '../../../cli/job/load-results.js';
import { resultsFlags } from '../../../cli/job/results-flags.js';
import { stateFolder } from '../../../cli/org-context.js';
import { formatRows } from '../../../cli/units.js';
import { accountOf } from '../../../lib/load/account.js';
import { loadStatusOf } from '../../../lib/load/load.js';
import { isFinished, nameOfRun, runStore, type RunView } from '../../../lib/run/store.js';
import { grouped } from '../../../cli/flag-groups.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.results');

export type ResultsReport = CollectReport;

export default class Bulk2JobResults extends CollectCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly usage = messages.getMessages('usage');
  public static override readonly examples = messages.getMessages('examples');
  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped({ ...jobOrgFlags, ...resultsFlags, ...lastRunFlags });

  public async run(): Promise<ResultsReport> {
    const { flags } = await this.parse(Bulk2JobResults);
    const id = flags.id ?? (await lastRun({ ...flags, withExports: true })).runId;
    const readable = await findReadableRun(id);
    if (readable.damage !== undefined && readable.origin[0]?.type !== 'export')
      this.warn(messages.getMessage('damaged'));
    const { run } = readable;
    const found = run !== undefined && isLoad(run) ? readable : await requireOneJob(readable);
    if (run !== undefined && isLoad(run)) return this.#collectLoad(run, { ...flags, id });
    return this.#withAccount(found.run, () => this.collectJob(found, flags, { timeoutMs: 0 }));
  }

  /** Tells with the results what is known of their load. */
  async #withAccount<T>(run: RunView | undefined, tell: () => Promise<T>): Promise<T> {
    const setAside = setAsideText(run);
    if (setAside !== undefined) this.warn(setAside);
    if (run !== undefined) this.loadSession.account = await accountOf(run, runStore(stateFolder()));
    const report = await tell();
    if (setAside !== undefined) process.exitCode = exitCodes.someRowsFailed;
    return report;
  }

  /** Rows that one job of a load has not processed may be in another one: results are those of the whole load. */
  async #collectLoad(run: RunView, flags: CollectFlags & { readonly id: string }): Promise<ResultsReport> {
    const session = this.loadSession;
    const status = await loadResults(run, flags, session, (work) =>
      this.inOrg(jobOfRun(nameOfRun(run), run), flags, { timeoutMs: 0 }, work),
    );
    tellLoad(flags.id, run, this);
    // The load may have ended with this.
    const now = await runStore(stateFolder()).find(run.runId);
    return this.#withAccount(now, () => tellResults(status, session));
  }
}

/** The org knows nothing of rows that were not sent: says where they are. Undefined where there are none. */
function setAsideText(run: RunView | undefined): string | undefined {
  const status = run === undefined ? undefined : loadStatusOf(run.runId, run.records);
  const rows = status?.plan.setAside?.rows;
  if (run === undefined || status === undefined || rows === undefined) return undefined;
  const count = formatRows(rows);
  const path = status.files?.failed ?? undefined;
  if (path !== undefined) return messages.getMessage('setAside.collected', [count, path]);
  return isFinished(run.records)
    ? messages.getMessage('setAside.ended', [count])
    : messages.getMessage('setAside.resume', [count, nameOfRun(run)]);
}
