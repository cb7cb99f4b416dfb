import { Messages } from '@salesforce/core';
import { requireOneJob } from '../../../cli/job/change-run.js';
import { CollectCommand, type CollectReport } from '../../../cli/job/collect-command.js';
import { findReadableRun } from '../../../cli/job/job-context.js';
import { jobOrRunIdFlag, jobOrgFlags } from '../../../cli/job/job-flags.js';
import { resultsFlags } from '../../../cli/job/results-flags.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.results');

export type ResultsReport = CollectReport;

export default class Bulk2JobResults extends CollectCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = { ...jobOrgFlags, ...resultsFlags, id: jobOrRunIdFlag };

  public async run(): Promise<ResultsReport> {
    const { flags } = await this.parse(Bulk2JobResults);
    const found = await requireOneJob(await findReadableRun(flags.id));
    return this.collectJob(found, flags, { timeoutMs: 0 });
  }
}
