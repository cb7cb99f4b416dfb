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
import { isThere } from '../../../lib/files/file-facts.js';
import { accountOf } from '../../../lib/load/account.js';
import { loadStatusOf, ResultFilesTakenError } from '../../../lib/load/load.js';
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

  #isOver = false;

  public async run(): Promise<ResultsReport> {
    const { flags } = await this.parse(Bulk2JobResults);
    const id = flags.id ?? (await lastRun({ ...flags, withExports: true })).runId;
    const readable = await findReadableRun(id);
    if (readable.damage !== undefined && readable.origin[0]?.type !== 'export')
      this.warn(messages.getMessage('damaged'));
    const { run } = readable;
    const found = run !== undefined && isLoad(run) ? readable : await requireOneJob(readable);
    if (found.run !== undefined) {
      this.loadSession.account = await accountOf(found.run, runStore(stateFolder()));
    }
    try {
      return run !== undefined && isLoad(run)
        ? await this.#collectLoad(run, { ...flags, id })
        : await this.collectJob(found, flags, { timeoutMs: 0 });
    } catch (error) {
      this.#isOver = error instanceof ResultFilesTakenError;
      throw error;
    }
  }

  /** Files that stand in the way are no reason to resume what has ended. */
  protected override resumeFlags(): string | undefined {
    return this.#isOver ? undefined : super.resumeFlags();
  }

  /** Rows that one job of a load has not processed may be in another one: results are those of the whole load. */
  async #collectLoad(run: RunView, flags: CollectFlags & { readonly id: string }): Promise<ResultsReport> {
    const session = this.loadSession;
    const { status, isAnew } = await loadResults(run, flags, session, (work) =>
      this.inOrg(jobOfRun(nameOfRun(run), run), flags, { timeoutMs: 0 }, work),
    );
    tellLoad(flags.id, run, this);
    if (!isFinished(run.records) && !isAnew) {
      const store = runStore(stateFolder());
      session.account = await accountOf((await store.find(run.runId)) ?? run, store);
    }
    const setAside = isAnew && (status.plan.setAside?.rows ?? 0) === 0 ? await setAsideOf(run) : undefined;
    if (setAside !== undefined) this.warn(setAside.text);
    const report = await tellResults(status, session);
    if (setAside !== undefined) process.exitCode = exitCodes.someRowsFailed;
    const retriedBy = session.account?.retriedBy?.jobId;
    return {
      ...report,
      ...(setAside === undefined ? {} : { setAsideRecords: setAside.rows }),
      ...(retriedBy === undefined ? {} : { retriedByJobId: retriedBy }),
    };
  }
}

/**
 * The org knows nothing of rows that were not sent, and the load's own file of them is gone: says where they are. Undefined where
 * there are none.
 */
async function setAsideOf(run: RunView): Promise<{ rows: number; text: string } | undefined> {
  const status = loadStatusOf(run.runId, run.records);
  const rows = status?.plan.setAside?.rows;
  if (status === undefined || rows === undefined) return undefined;
  const path = status.files?.failed ?? undefined;
  const isThereStill = path !== undefined && (await isThere(path));
  const count = formatRows(rows);
  const text = isThereStill
    ? messages.getMessage('setAside.collected', [count, path])
    : messages.getMessage('setAside.gone', [count]);
  return { rows, text };
}
