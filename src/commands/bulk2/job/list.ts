import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { jobStates, jobTypes, operations } from '../../../cli/choices.js';
import { Bulk2Command } from '../../../cli/bulk2-command.js';
import { jobList, type JobListFlags, type JobListReport } from '../../../cli/job/job-list.js';
import { jobTable } from '../../../cli/job/job-table.js';
import { showTable } from '../../../cli/tables.js';
import { formatJobs, formatTime } from '../../../cli/units.js';
import { errorCodes } from '../../../cli/exit-codes.js';
import { grouped } from '../../../cli/flag-groups.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.list');

/** Flags that leave jobs out. */
const narrowing = ['type', 'state', 'sobject', 'operation', 'since'] as const;

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
    state: Flags.option({
      options: jobStates,
      helpValue: 'STATE',
      summary: messages.getMessage('flags.state.summary'),
    })(),
    sobject: Flags.string({ char: 's', summary: messages.getMessage('flags.sobject.summary') }),
    operation: Flags.option({
      options: operations,
      helpValue: 'OPERATION',
      summary: messages.getMessage('flags.operation.summary'),
    })(),
    all: Flags.boolean({ summary: messages.getMessage('flags.all.summary') }),
    since: Flags.string({ summary: messages.getMessage('flags.since.summary') }),
  });

  public async run(): Promise<JobListReport> {
    const { flags } = await this.parse(Bulk2JobList);
    const { report, warnings } = await jobList(flags, this.stopSignal());
    for (const warning of warnings) this.warn(warning);
    await showTable(this, jobTable(report.jobs));
    this.log(report.jobs.length === 0 ? noJobsText(flags) : formatJobs(report.jobs.length));
    for (const text of unfinishedTexts(report)) this.log(text);
    return report;
  }
}

/** What can be resumed, each with the command that does. */
function unfinishedTexts(report: JobListReport): string[] {
  return [
    ...report.unfinishedLoads.map(({ operation, object, startedAt, jobId, runId }) =>
      messages.getMessage('unfinishedLoad', [operation, object, formatTime(startedAt), jobId ?? runId]),
    ),
    ...report.unfinishedCopies.map(({ objects, startedAt, runId }) =>
      messages.getMessage('unfinishedCopy', [objects.join(', '), formatTime(startedAt), runId]),
    ),
    ...report.interruptedChanges.map(({ operation, object, startedAt, runId }) =>
      messages.getMessage('interruptedChange', [operation, object, formatTime(startedAt), runId]),
    ),
    ...report.unfinishedExports.map(({ outputPath, startedAt, partialPath, jobId, runId }) => {
      const partial = partialPath ?? messages.getMessage('noPartial');
      return messages.getMessage('unfinishedExport', [
        outputPath,
        formatTime(startedAt),
        partial,
        jobId ?? runId,
      ]);
    }),
  ];
}

/** Which flags no job has matched. */
function noJobsText(flags: JobListFlags): string {
  const given = narrowing.flatMap((name) => (flags[name] === undefined ? [] : [`--${name} ${flags[name]}`]));
  return given.length === 0 ? formatJobs(0) : messages.getMessage('noneMatches', [given.join(', ')]);
}
