import { Messages } from '@salesforce/core';
import { errorCodes, exitCodes } from '../../../cli/exit-codes.js';
import { requireOneJob } from '../../../cli/job/change-run.js';
import { CollectCommand, type CollectReport } from '../../../cli/job/collect-command.js';
import { findReadableRun } from '../../../cli/job/job-context.js';
import { jobOrRunIdFlag, jobOrgFlags } from '../../../cli/job/job-flags.js';
import { resultsFlags } from '../../../cli/job/results-flags.js';
import { formatRows } from '../../../cli/units.js';
import { loadStatusOf } from '../../../lib/load/load.js';
import { isFinished, nameOfRun, type RunView } from '../../../lib/run/store.js';
import { grouped } from '../../../cli/flag-groups.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.results');

export type ResultsReport = CollectReport;

export default class Bulk2JobResults extends CollectCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');
  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped({ ...jobOrgFlags, ...resultsFlags, id: jobOrRunIdFlag });

  public async run(): Promise<ResultsReport> {
    const { flags } = await this.parse(Bulk2JobResults);
    const found = await requireOneJob(await findReadableRun(flags.id));
    const setAside = setAsideText(found.run);
    if (setAside !== undefined) this.warn(setAside);
    const report = await this.collectJob(found, flags, { timeoutMs: 0 });
    if (setAside !== undefined) process.exitCode = exitCodes.someRowsFailed;
    return report;
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
