import { randomUUID } from 'node:crypto';
import { Messages } from '@salesforce/core';
import { Bulk2Command } from '../../../cli/bulk2-command.js';
import {
  contextForJob,
  findReadableRun,
  findRun,
  jobOfRun,
  jobsOf,
  mostRecentRun,
  type JobFlags,
  type JobOfRun,
} from '../../../cli/job/job-context.js';
import { jobOrgFlags, runFlagsWith } from '../../../cli/job/job-flags.js';
import { goOnText } from '../../../cli/go-on-text.js';
import { stateFolder } from '../../../cli/org-context.js';
import { formatRecords } from '../../../cli/units.js';
import { showRunNews } from '../../../cli/run-news.js';
import { withRetry } from '../../../lib/api/retry.js';
import type { JobInfo } from '../../../lib/api/types.js';
import { endChange } from '../../../lib/by-query/interrupted.js';
import { Events } from '../../../lib/events.js';
import { copyHasSent, copyStatusOf, type CopyStatus } from '../../../lib/copy/account.js';
import { abortCopy } from '../../../lib/copy/abort-copy.js';
import { abortExport, outputSoFar } from '../../../lib/export/abort-export.js';
import { abortJob, type AbortedJob } from '../../../lib/jobs/end-jobs.js';
import { abortLoad, abortRetry } from '../../../lib/load/abort-load.js';
import { accountOf, hasEndedUnprocessed } from '../../../lib/load/account.js';
import { requireResultsFolder } from '../../../lib/load/load.js';
import type { RunContext } from '../../../lib/run/context.js';
import type { RunEvents } from '../../../lib/run/open-interrupted.js';
import { isFinished, isRunId, jobIdsOf, nameOfRun, runStore, type RunView } from '../../../lib/run/store.js';
import { errorCodes } from '../../../cli/exit-codes.js';
import { grouped } from '../../../cli/flag-groups.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.abort');

export type AbortReport = { jobs: JobInfo[] };

export default class Bulk2JobAbort extends Bulk2Command<AbortReport> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly usage = messages.getMessages('usage');
  public static override readonly examples = messages.getMessages('examples');
  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped({
    ...jobOrgFlags,
    ...runFlagsWith(messages.getMessage('flags.use-most-recent.summary')),
  });

  readonly #jobs: JobInfo[] = [];
  /** Ids of those that the abort has found ended. */
  readonly #hadEnded = new Set<string>();

  public async run(): Promise<AbortReport> {
    const { flags } = await this.parse(Bulk2JobAbort);
    const found = await this.#find(flags);
    if (found.run?.records[0]?.type === 'change') return this.#endChange(found.run);
    const context = await contextForJob(found, flags, this.stopSignal());
    try {
      const isInterrupted = found.run !== undefined && !isFinished(found.run.records);
      await (isInterrupted ? this.#endRun(found.run, context) : this.#abortJobs(found, context));
      // The job was aborted, and the run that it belongs to can't be ended.
      if (found.damage !== undefined) throw found.damage;
      return { jobs: this.#jobs };
    } finally {
      await context.close();
    }
  }

  async #find({ id, ...org }: JobFlags): Promise<JobOfRun> {
    if (id !== undefined) return isRunId(id) ? jobOfRun(id, await findRun(id)) : findReadableRun(id);
    const run = await mostRecentRun(this, org);
    return jobOfRun(nameOfRun(run), run);
  }

  /** What is left of a run that has ended, or a job that this tool knows nothing of. */
  async #abortJobs(found: JobOfRun, { api, signal }: RunContext): Promise<void> {
    const jobs = jobsOf(found);
    // What never had a job of its own, such as a copy, has its own id here.
    for (const id of jobs)
      if (isRunId(id)) this.log(messages.getMessage('runHadEnded', [id, id]));
      else this.#tell(await abortJob(withRetry(api), id, signal));
  }

  async #endRun(run: RunView, context: RunContext): Promise<void> {
    const events = new Events<RunEvents>();
    showRunNews(events, this);
    const kind = run.records[0]?.type;
    const isExport = kind === 'export';
    const reason = messages.getMessage('reason');
    const onJob = (job: AbortedJob): void => this.#tell(job);
    const onWarning = (text: string): void => {
      this.warn(text);
    };
    const output = isExport ? await outputSoFar(run) : 'none';
    await abortOf(run)(run, { reason, events, onJob, onWarning }, context);
    const name = nameOfRun(run);
    const isLoad = kind === 'load';
    const key = isLoad
      ? await this.#endedLoadKey(run, context)
      : isExport
        ? `exportEnded.${output}`
        : await endedCopyKey(run, context);
    this.log(messages.getMessage(key, [name, name]));
    if (key === 'copyEnded') for (const line of await copiedLines(run, context)) this.log(line);
  }

  async #endedLoadKey({ runId, records }: RunView, { store }: RunContext): Promise<string> {
    if (jobIdsOf(records).length === 0) return 'loadEndedUnsent';
    const now = await store.find(runId);
    // One that was ended by somebody else may have been closed by them, too.
    const isCertain = this.#jobs.every(({ numberRecordsProcessed = 0 }) => numberRecordsProcessed === 0);
    if (now !== undefined && hasEndedUnprocessed(now) && isCertain) return 'loadEndedUnsaved';
    const account = now && (await accountOf(now, store));
    const { files, plan, failed = 0, unprocessed = 0 } = account?.status ?? {};
    if (files !== undefined) {
      const isCutShort = records.every(({ type }) => type !== 'complete') && plan?.retryOf !== undefined;
      return isCutShort && failed + unprocessed > 0 ? 'retryEnded' : 'loadHadEnded';
    }
    const hadEnded = account?.parts.every(({ jobId }) => jobId !== undefined && this.#hadEnded.has(jobId));
    const takesFiles = plan !== undefined && (await takesResults(plan.resultsDir));
    if (hadEnded === true) return takesFiles ? 'loadJobsHadEnded' : 'loadJobsHadEnded.elsewhere';
    return takesFiles ? 'loadEnded' : 'loadEnded.elsewhere';
  }

  #tell({ info, hadEnded }: AbortedJob): void {
    if (hadEnded) this.#hadEnded.add(info.id);
    this.log(messages.getMessage(hadEnded ? 'hadEnded' : 'now', [info.id, info.state]));
    this.#jobs.push(info);
  }

  /** A change by query over SObject Collections has no job that the org could abort. */
  async #endChange({ runId }: RunView): Promise<AbortReport> {
    const store = runStore(stateFolder());
    const { hadEnded } = await endChange(runId, messages.getMessage('reason'), { store });
    this.log(messages.getMessage(hadEnded ? 'changeHadEnded' : 'changeEnded', [runId]));
    return { jobs: [] };
  }
}

/** What a copy has loaded, and how to go on with it. */
async function copiedLines({ runId }: RunView, { store }: RunContext): Promise<string[]> {
  const { records = [] } = (await store.find(runId)) ?? {};
  const status = copyStatusOf(runId, records);
  const { plan, hasIds } = status;
  if (!hasIds) return [loadedText(status)];
  return [loadedText(status), messages.getMessage('copyIds', [plan.resultsDir]), ...goOnText(plan)];
}

/** How many records of each object are in the target: what fills their lookups at the end loads none. */
function loadedText({ steps, plan }: CopyStatus): string {
  const loaded = plan.objects.flatMap(({ object }) => {
    const own = steps.filter((step) => step.object === object && step.kind !== 'later');
    const count = own.reduce((sum, { counts }) => sum + (counts?.successful ?? 0), 0);
    return count === 0 ? [] : [messages.getMessage('copyLoaded.of', [formatRecords(count), object])];
  });
  return loaded.length === 0
    ? messages.getMessage('copyLoaded.none')
    : messages.getMessage('copyLoaded', [loaded.join(', ')]);
}

function abortOf({ records: [first] }: RunView) {
  if (first?.type === 'copy') return abortCopy;
  if (first?.type === 'export') return abortExport;
  return first?.type === 'load' && first.plan.retryOf !== undefined ? abortRetry : abortLoad;
}

/** Whether results can be written to the folder that a load has for them. */
function takesResults(folder: string): Promise<boolean> {
  return requireResultsFolder(folder, randomUUID()).then(
    () => true,
    () => false,
  );
}

async function endedCopyKey(run: RunView, { store }: RunContext): Promise<string> {
  return (await copyHasSent(run, store)) ? 'copyEnded' : 'copyEndedUnsent';
}
