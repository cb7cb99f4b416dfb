import { UsageError, RowCountError } from '../errors.js';
import type { Journal } from '../run/journal.js';
import { openInterrupted } from '../run/open-interrupted.js';
import type { ExportPlan, ExportPart } from '../run/export-plan.js';
import type { JournalRecord } from '../run/record.js';
import { jobIdsOf, type RunView } from '../run/store.js';
import type { RunContext } from '../run/context.js';
import { requireOwnOrg } from '../run/org.js';
import { JobFailedError } from '../jobs/errors.js';
import { removePartial } from '../files/output-place.js';
import { withinWait } from '../run/within-wait.js';
import { endExport, exportSession, type ExportOptions, type ExportSession, resultTypes } from './session.js';
import { beginExport } from './begin.js';
import { restApi } from '../api/rest.js';
import { isDefiniteRefusal } from '../api/retry.js';
import type { JobInfo } from '../api/types.js';
import { describer } from '../describe/describe.js';
import { OutputClosedError } from './sinks/errors.js';
import { ExportOutput, outputDone } from './output.js';
import { ExportParts } from './parts.js';
import { keepMark } from './incremental.js';
import { JobExport } from './job-export.js';
import { placeOf } from './sinks/place.js';
import { publish, publishAgain, stampOf } from './publish.js';

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
  const { runId, plan, journal, replaced } = await beginExport(asked, context);
  return finishing(journal, async () => {
    options.events.emit('begun', { isResumable: plan.place?.kind !== 'stream' });
    if (replaced.length > 0) options.events.emit('replaced', { jobIds: replaced });
    return exportRun(exportSession({ runId, plan, journal, options, context }));
  });
}

/**
 * Takes an interrupted export to its end, from the last page that its output has. Throws as `runExport` does.
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
    return exportRun(exportSession({ runId, plan, journal, options, context }));
  });
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
    actions: ['Run the query again to export anew.'],
  });
}

/** What a pipe or a device has taken is not known, and can't be taken back. Nobody should find it unfinished again. */
async function requireNoStream({ place }: ExportPlan, journal: Journal): Promise<void> {
  if (place?.kind !== 'stream') return;
  await endExport(journal, null);
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

/** How an export ended. `rows` is undefined when it was only submitted. */
export type ExportResult = {
  readonly runId: string;
  /** The job of the query as it was asked for. */
  readonly job: JobInfo;
  readonly rows: number | undefined;
};

/** Takes an export from wherever its journal stands to a complete output: submit, wait, pages. */
async function exportRun(session: ExportSession): Promise<ExportResult> {
  const { runId, plan, journal, options, context, jobs, api, signal } = session;
  const parts = new ExportParts(journal, plan, jobs);
  const root: ExportPart = { part: 0, soql: plan.soql };
  const jobId = await parts.submit(root).catch(async (error: unknown) => {
    // Whoever resumed it would be refused again.
    if (isDefiniteRefusal(error)) {
      await endExport(journal, null);
      options.events.emit('refused');
    }
    throw error;
  });
  options.events.emit('jobCreated', { jobId });
  if (options.wait === 'accepted') return { runId, job: await jobs.info(jobId), rows: undefined };

  const published = await finishAgain(session);
  if (published !== undefined) return published;
  const done = await outputDone(journal.replayed, plan);
  const typesOf = resultTypes(plan, options.describeOf ?? describer(restApi(api, signal)));
  const output = new ExportOutput({ plan, journal, openSink: options.openSink, done, typesOf });
  try {
    const exported = new JobExport({ session, parts, output, done, deadline: context.deadline });
    const finished = await exported.write(root);
    await output.finish({
      object: finished[0]?.object ?? '',
      jobIds: finished.map(({ id }) => id),
      apiVersion: context.org.apiVersion,
    });
    const job = finished.find(({ id }) => id === jobId) ?? (await jobs.info(jobId));
    return await finish(session, job, output.rows);
  } catch (error) {
    await output.abandon();
    if (error instanceof RowCountError) await journal.append({ type: 'restart' });
    // Nobody is left to resume for.
    if (error instanceof OutputClosedError || plan.place?.kind === 'stream')
      await endExport(journal, output.rows);
    // Whoever resumed it would be told the same.
    else if (error instanceof JobFailedError) {
      await endExport(journal, null, error.message);
      await removePartial(plan.place);
    }
    throw error;
  }
}

/** The output is complete: gives it its name, then moves the mark. Each step can be repeated. */
async function finish(session: ExportSession, job: JobInfo, rows: number): Promise<ExportResult> {
  const place = placeOf(session.plan);
  const stamp = place && (await stampOf(place));
  await session.journal.append({ type: 'finish', job, rows, ...(stamp === undefined ? {} : { stamp }) });
  if (place !== undefined) await publish(place);
  return conclude(session, job, rows);
}

/** Repeats the last step of a run that was stopped in it; undefined where pages are missing still. */
async function finishAgain(session: ExportSession): Promise<ExportResult | undefined> {
  const { journal, plan } = session;
  const last = journal.replayed.findLast(({ type }) => type === 'finish' || type === 'restart');
  const place = placeOf(plan);
  if (last?.type !== 'finish' || place === undefined) return undefined;
  if (await publishAgain(place, last.stamp)) return conclude(session, last.job, last.rows);
  await journal.append({ type: 'restart' });
  return undefined;
}

async function conclude(session: ExportSession, job: JobInfo, rows: number): Promise<ExportResult> {
  const { runId, plan, journal, context } = session;
  if (plan.mark !== undefined) await keepMark(plan.mark, job, context);
  await endExport(journal, rows);
  return { runId, job, rows };
}

// What the command line and other callers need of the rooms below.
export type { ExportEvents } from './events.js';
export { type IncrementalQuery, incrementalQuery } from './incremental.js';
export { type PreparedQuery, type QuerySource, prepareQuery } from './prepare-query.js';
export { OutputClosedError } from './sinks/errors.js';
export { openOutput } from './sinks/open-output.js';
export { outputBytes } from './sinks/output-bytes.js';
export { placeOf } from './sinks/place.js';
export type { OpenSink, RecordSink, SinkStart } from './sinks/sink.js';
export { StreamOutput } from './sinks/stream-sink.js';
export type { Table } from '../output/table.js';
export { withoutComments } from '../soql/comments.js';
export { SoqlError, type SoqlProblem } from '../soql/problem.js';
