import type { JobInfo } from '../api/types.js';
import { JobFailedError } from '../jobs/errors.js';
import { pollUntilEnded } from '../jobs/poll.js';
import { requireFitsSheet } from '../output/xlsx.js';
import type { ExportPart } from '../run/export-plan.js';
import { shorterLists, type IdsAccount } from './by-ids.js';
import type { ExportOutput } from './output.js';
import { pagesOf, requireAllRows, type Page } from './pages/pages.js';
import type { ExportParts } from './parts.js';
import { rangesFor } from './query-timeout.js';
import type { ExportSession } from './session.js';

/** An export at work, as the steps of each of its query jobs get it. */
export type ExportWork = {
  readonly session: ExportSession;
  readonly parts: ExportParts;
  readonly output: ExportOutput;
  /** Of an export by ids. */
  readonly ids: IdsAccount | undefined;
  /** The jobs whose records are in the output, in its order. */
  readonly finished: JobInfo[];
};

/** Waits until the org has finished a part's job. @throws JobFailedError it could not run the query */
export async function waitForJob(part: ExportPart, { session, parts }: ExportWork): Promise<JobInfo> {
  const { jobs, options, context, signal } = session;
  const jobId = await parts.submit(part);
  // The job also runs while the answer to its creation and the first question are on their way: one round trip.
  const ranForMs = parts.takeCreationMs(part);
  const info = await pollUntilEnded({
    jobId,
    ask: (look) => jobs.info(jobId, look),
    onWarning: (warning) => options.events.emit('jobWarning', warning),
    isClosed: true,
    isNew: ranForMs !== undefined,
    ranForMs,
    onInfo: (each) => options.events.emit('jobInfo', each),
    deadline: context.deadline,
    signal,
  });
  if (info.state !== 'JobComplete') throw new JobFailedError(info);
  return info;
}

/** Puts ranges in the place of a query whose job the org could not finish in time. */
export async function splitPart(
  part: ExportPart,
  timeout: JobFailedError,
  { session, parts }: ExportWork,
): Promise<void> {
  const lists = shorterLists(part);
  const ranges = lists.length > 0 ? lists : await rangesFor(part, timeout, { session, parts });
  await parts.split(part, ranges);
  session.options.events.emit('split', {
    jobId: timeout.job.id,
    reason: timeout.job.errorMessage ?? '',
    field: ranges[0]?.range?.field ?? 'Id',
    jobs: ranges.length,
  });
}

/** Puts a job's pages into the output, from the first one on that it has not got. */
export async function downloadPages(part: ExportPart, job: JobInfo, work: ExportWork): Promise<void> {
  const { session, output, ids, finished } = work;
  finished.push(job);
  if (session.plan.format === 'xlsx') requireFitsSheet(recordsOf(finished));
  await output.resume(job);
  const known = output.doneOf(part);
  let rows = known?.rows ?? 0;
  if (known === undefined || known.nextLocator !== undefined) {
    for await (const page of pages(part, job, known?.nextLocator, session)) {
      rows += await output.take((await ids?.watch(page, part, job)) ?? page, part, job);
      session.options.events.emit('downloading', {
        records: output.rows,
        bytes: output.bytes,
        totalRecords: session.plan.ids?.count ?? recordsOf(finished),
      });
    }
  }
  requireAllRows(job, rows);
}

function recordsOf(finished: readonly JobInfo[]): number {
  return finished.reduce((sum, { numberRecordsProcessed = 0 }) => sum + numberRecordsProcessed, 0);
}

function pages(
  { part }: ExportPart,
  job: JobInfo,
  locator: string | undefined,
  { runId, plan, context, jobs, signal }: ExportSession,
): AsyncGenerator<Page> {
  return pagesOf({
    jobs,
    jobId: job.id,
    apiVersion: context.org.apiVersion,
    ...(job.numberRecordsProcessed === undefined ? {} : { records: job.numberRecordsProcessed }),
    concurrency: plan.concurrency,
    ...(plan.isPrivate === true ? {} : { spoolPrefix: context.store.pathFor(runId, `page-${part}-`) }),
    signal,
    ...(locator === undefined ? {} : { from: { page: 0, locator } }),
  });
}
