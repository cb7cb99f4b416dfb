import { restApi } from '../api/rest.js';
import { isDefiniteRefusal } from '../api/retry.js';
import type { JobInfo } from '../api/types.js';
import { describer } from '../describe/describe.js';
import { RowCountError, UsageError } from '../errors.js';
import { type OutputStamp, removePartial } from '../files/output-place.js';
import { JobFailedError } from '../jobs/errors.js';
import { FormatLimitError } from '../output/xlsx.js';
import type { RunContext } from '../run/context.js';
import type { ExportPart, ExportPlan, IdsOutcome } from '../run/export-plan.js';
import type { Journal } from '../run/journal.js';
import { openInterrupted } from '../run/open-interrupted.js';
import { requireOwnOrg } from '../run/org.js';
import type { JournalRecord } from '../run/record.js';
import { jobIdsOf, type RunView } from '../run/store.js';
import { withinWait } from '../run/within-wait.js';
import { beginExport } from './begin.js';
import { IdsAccount, idsFileName } from './by-ids.js';
import { downloadPages, splitPart, waitForJob, type ExportWork } from './job-export.js';
import { keepMark } from './marks.js';
import { ExportOutput, outputDone, type OutputDone } from './output.js';
import { ExportParts } from './parts.js';
import { publish, publishAgain, stampOf } from './publish.js';
import { isQueryTimeout } from './query-timeout.js';
import { endExport, exportSession, resultTypes, type ExportOptions, type ExportSession } from './session.js';
import { OutputClosedError } from './sinks/errors.js';
import { placeOf } from './sinks/place.js';

/** How an export ended. `rows` is undefined when it was only submitted. */
export type ExportResult = {
  readonly runId: string;
  /** The job of the query as it was asked for. */
  readonly job: JobInfo;
  readonly rows: number | undefined;
  /** Of an export by ids that has ended. */
  readonly ids?: IdsOutcome;
};

/**
 * Runs a query job from its start to a complete output: submit, wait, pages.
 *
 * @throws JobFailedError the org could not run the query
 * @throws RowCountError pages are missing or too many; no output appears
 * @throws PollingTimeoutError the wait ran out; `resumeExport` goes on
 * @throws OutputError | OutputClosedError the output takes no more
 * @throws UsageError the output can't be written; nothing was sent
 */
export function runExport(
  plan: ExportPlan,
  options: ExportOptions,
  context: RunContext,
): Promise<ExportResult> {
  return withinWait(options.wait, context, (bounded) => runWithin(plan, options, bounded));
}

async function runWithin(
  asked: ExportPlan,
  options: ExportOptions,
  context: RunContext,
): Promise<ExportResult> {
  const { runId, plan, journal, replaced } = await beginExport(asked, context, options.runId);
  return finishing(journal, async () => {
    options.events.emit('begun', { runId, isResumable: plan.place?.kind !== 'stream' });
    if (replaced.length > 0) options.events.emit('replaced', { jobIds: replaced });
    return run(exportSession({ runId, plan, journal, options, context }));
  });
}

/**
 * Resumes an interrupted export from the last page that its output has. Throws as `runExport` does.
 * @throws UsageError the export is complete, another one to the same output has taken its place, or
 *   it began in another org
 * @throws RunLockedError another process works on it
 */
export function resumeExport(
  run: RunView,
  options: ExportOptions,
  context: RunContext,
): Promise<ExportResult> {
  return withinWait(options.wait, context, (bounded) => resumeWithin(run, options, bounded));
}

async function resumeWithin(
  { runId }: RunView,
  options: ExportOptions,
  context: RunContext,
): Promise<ExportResult> {
  const { deadline } = context;
  const journal = await openInterrupted({ runId, deadline, events: options.events, syncs: false }, context);
  return finishing(journal, async () => {
    await requireOwnOrg(journal.replayed, context);
    const plan = planOf(journal.replayed);
    requireUnfinished(plan, journal.replayed);
    await requireNoStream(plan, journal);
    return run(exportSession({ runId, plan, journal, options, context }));
  });
}

/** The export on one screen: each step begins where the journal says that it stopped, and does nothing where it is done. */
async function run(session: ExportSession): Promise<ExportResult> {
  const { runId, plan, journal, options, jobs } = session;
  const ids = await IdsAccount.open(plan, { runId, store: session.context.store });
  const parts = new ExportParts(journal, plan, jobs, (part) => ids?.queryOf(part) ?? part.soql);
  const root: ExportPart = { part: 0, soql: plan.soql };
  const jobId = await submit(parts.first ?? root, parts, session);
  if (options.wait === 'accepted') {
    for (const part of parts.rangesOf(root) ?? []) await parts.submit(part);
    return { runId, job: await jobs.info(jobId), rows: undefined };
  }

  const published = await publishedAgain(session);
  if (published !== undefined) return published;
  const done = await outputDone(journal.replayed, plan);
  if (done !== undefined) ids?.resume(journal.replayed, (part) => parts.partOf(part));
  const output = outputOf(session, done);
  const finished: JobInfo[] = [];
  try {
    await exportPart(root, { session, parts, output, ids, finished });
    await output.finish(finished);
    const job = finished.find(({ id }) => id === jobId) ?? (await jobs.info(jobId));
    const outcome = await ids?.settle(output.rows, jobId);
    return await publishFirst(session, job, { rows: output.rows, ...(outcome && { ids: outcome }) });
  } catch (error) {
    await output.abandon();
    await endWhereNobodyResumes(session, output, error);
    throw error;
  }
}

/** Submits a query, waits for its job, and puts its pages into the output; ranges replace a job that takes too long. */
async function exportPart(part: ExportPart, work: ExportWork): Promise<void> {
  const { parts } = work;
  if (parts.rangesOf(part) === undefined) {
    try {
      await parts.submit(part);
      const job = await waitForJob(part, work);
      await downloadPages(part, job, work);
      return;
    } catch (error) {
      if (!isQueryTimeout(error)) throw error;
      await splitPart(part, error, work);
    }
  }
  const ranges = parts.rangesOf(part) ?? [];
  for (const [at, range] of ranges.entries()) {
    // The org works on some of them while the first ones are downloaded.
    for (const next of ranges.slice(at, at + jobsAtOnce)) await parts.submit(next);
    await exportPart(range, work);
  }
}

/** Of the parts of an export. */
const jobsAtOnce = 8;

/** @returns the job's id */
async function submit(root: ExportPart, parts: ExportParts, session: ExportSession): Promise<string> {
  const { events } = session.options;
  try {
    const jobId = await parts.submit(root);
    events.emit('jobCreated', { jobId });
    return jobId;
  } catch (error) {
    // Whoever resumed it would be refused again.
    if (isDefiniteRefusal(error)) {
      await endExport(session.journal, { rows: null });
      events.emit('refused');
    }
    throw error;
  }
}

function outputOf(
  { plan, journal, options, api, signal, context }: ExportSession,
  done: OutputDone | undefined,
): ExportOutput {
  return new ExportOutput({
    plan,
    journal,
    openSink: options.openSink,
    done,
    typesOf: resultTypes(plan, options.describeOf ?? describer(restApi(api, signal))),
    apiVersion: context.org.apiVersion,
  });
}

/** The output is complete: gives it its name, then moves the mark. Each step can be repeated. */
async function publishFirst(session: ExportSession, job: JobInfo, counts: Counts): Promise<ExportResult> {
  const place = placeOf(session.plan);
  const stamp = place && (await stampOf(place));
  await session.journal.append({ type: 'finish', job, ...counts, ...(stamp === undefined ? {} : { stamp }) });
  if (place !== undefined) await publish(place);
  return moveMark(session, job, { ...counts, stamp });
}

/** What an export has brought. */
type Counts = { readonly rows: number; readonly ids?: IdsOutcome };

type Published = Counts & { readonly stamp?: OutputStamp | undefined };

/** Repeats the last step of a run that was stopped in it; undefined where pages are missing still. */
async function publishedAgain(session: ExportSession): Promise<ExportResult | undefined> {
  const { journal, plan } = session;
  const last = journal.replayed.findLast(({ type }) => type === 'finish' || type === 'restart');
  const place = placeOf(plan);
  if (last?.type !== 'finish' || place === undefined) return undefined;
  if (await publishAgain(place, last.stamp)) return moveMark(session, last.job, last);
  await journal.append({ type: 'restart' });
  return undefined;
}

async function moveMark(
  session: ExportSession,
  job: JobInfo,
  { rows, ids, stamp }: Published,
): Promise<ExportResult> {
  const { runId, plan, journal, context } = session;
  const counts = { rows, ...(ids === undefined ? {} : { ids }) };
  if (plan.mark !== undefined) await keepMark(plan.mark, { job, rows, stamp }, context);
  await endExport(journal, counts);
  // What went to standard output can be had again.
  if (plan.place !== undefined) await context.store.removeFiles(runId, [idsFileName]);
  return { runId, job, ...counts };
}

/** After an error: what a resume has to begin anew, and whether there is anything to resume. */
async function endWhereNobodyResumes(
  { plan, journal }: ExportSession,
  { rows }: ExportOutput,
  error: unknown,
): Promise<void> {
  if (error instanceof RowCountError) await journal.append({ type: 'restart' });
  // Nobody is left to resume for.
  if (error instanceof OutputClosedError || plan.place?.kind === 'stream') await endExport(journal, { rows });
  // Whoever resumed it would be told the same.
  else if (error instanceof JobFailedError || error instanceof FormatLimitError) {
    await endExport(journal, { rows: null }, error.message);
    await removePartial(plan.place);
  }
}

async function finishing<T>(journal: Journal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await journal.close();
  }
}

/** What went to standard output can be had again; a file is there, or has been given up for another one. */
function requireUnfinished({ outputFile, outputDir }: ExportPlan, records: readonly JournalRecord[]): void {
  const output = outputFile ?? outputDir;
  if (output === undefined || records.at(-1)?.type !== 'done') return;
  throw new UsageError(`This export has ended; there is nothing left to write to ${output}.`, {
    actions: ['Run the query again.'],
  });
}

/** What a pipe or a device has taken is not known, and can't be taken back. Nobody should find it unfinished again. */
async function requireNoStream({ place }: ExportPlan, journal: Journal): Promise<void> {
  if (place?.kind !== 'stream') return;
  await endExport(journal, { rows: null });
  const [jobId] = jobIdsOf(journal.replayed);
  throw new UsageError(`This export went to ${place.path}, a stream, and can't be resumed.`, {
    actions: [
      jobId === undefined
        ? 'Run the query again.'
        : `Get the records again: sf bulk2 job results --id ${jobId} --output-file FILE`,
    ],
  });
}

/** The plan of a run that is an export. */
function planOf(records: readonly JournalRecord[]): ExportPlan {
  const first = records[0];
  if (first?.type !== 'export') throw new TypeError('This run is not an export.');
  return first.plan;
}

// What the command line and other callers need of the rooms below.
export type { ExportEvents } from './events.js';
export type { ExportSummary } from './session.js';
export { type IncrementalQuery, incrementalQuery } from './incremental.js';
export { untakenChanges } from './marks.js';
export { type IdsRequest, planIds, type PlannedIds } from './plan-ids.js';
export { type PreparedQuery, type QuerySource, prepareQuery } from './prepare-query.js';
export { OutputClosedError } from './sinks/errors.js';
export { openOutput } from './sinks/open-output.js';
export { outputBytes } from './sinks/output-bytes.js';
export { queryCsv } from './query-job.js';
export { placeOf } from './sinks/place.js';
export type { OpenSink, RecordSink, SinkStart } from './sinks/sink.js';
export { StreamOutput } from './sinks/stream-sink.js';
export type { Table } from '../output/table.js';
export { withoutComments } from '../soql/comments.js';
export { SoqlError, type SoqlProblem } from '../soql/problem.js';
