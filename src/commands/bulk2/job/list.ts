import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { jobStates, jobTypes, operations } from '../../../cli/choices.js';
import { Bulk2Command } from '../../../cli/bulk2-command.js';
import { jobList, type JobListReport } from '../../../cli/job/job-list.js';
import { showTable } from '../../../cli/tables.js';
import { formatJobs } from '../../../cli/units.js';
import { errorCodes } from '../../../cli/exit-codes.js';
import { grouped } from '../../../cli/flag-groups.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.list');

export default class Bulk2JobList extends Bulk2Command<JobListReport> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly usage = messages.getMessages('usage');
  public static override readonly examples = messages.getMessages('examples');
  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped({
    'target-org': Flags.requiredOrg(),
    'api-version': Flags.orgApiVersion(),
    type: Flags.option({ options: jobTypes, summary: messages.getMessage('flags.type.summary') })(),
    state: Flags.option({ options: jobStates, summary: messages.getMessage('flags.state.summary') })(),
    sobject: Flags.string({ char: 's', summary: messages.getMessage('flags.sobject.summary') }),
    operation: Flags.option({
      options: operations,
      summary: messages.getMessage('flags.operation.summary'),
    })(),
    all: Flags.boolean({ summary: messages.getMessage('flags.all.summary') }),
    since: Flags.string({ summary: messages.getMessage('flags.since.summary') }),
  });

  public async run(): Promise<JobListReport> {
    const { flags } = await this.parse(Bulk2JobList);
    const { report, warnings } = await jobList(flags, this.stopSignal());
    for (const warning of warnings) this.warn(warning);
    await showTable(this, {
      data: report.jobs.map(({ id, operation, object, state, createdDate, load }) => ({
        id,
        operation,
        object,
        state,
        createdDate,
        load: load ?? '',
      })),
      drop: ['load', 'createdDate', 'operation', 'object'],
    });
    this.log(formatJobs(report.jobs.length));
    for (const { runId, operation, object, startedAt } of report.interruptedChanges) {
      this.log(messages.getMessage('interruptedChange', [operation, object, startedAt, runId]));
    }
    for (const { runId, jobId, outputPath, partialPath, startedAt } of report.unfinishedExports) {
      const partial = partialPath ?? messages.getMessage('noPartial');
      this.log(messages.getMessage('unfinishedExport', [outputPath, startedAt, partial, jobId ?? runId]));
    }
    return report;
  }
}
