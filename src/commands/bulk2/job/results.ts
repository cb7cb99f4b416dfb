import { Messages } from '@salesforce/core';
import { CollectCommand, type CollectReport } from '../../../cli/job/collect-command.js';
import { findReadableRun } from '../../../cli/job/job-context.js';
import { jobIdFlag, jobOrgFlags } from '../../../cli/job/job-flags.js';
import { resultsFlags } from '../../../cli/job/results-flags.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.results');

export type ResultsReport = CollectReport;

export default class Bulk2JobResults extends CollectCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = { ...jobOrgFlags, ...resultsFlags, id: jobIdFlag };

  public async run(): Promise<ResultsReport> {
    const { flags } = await this.parse(Bulk2JobResults);
    return this.collectJob(await findReadableRun(flags.id), flags, { timeoutMs: 0 });
  }
}
