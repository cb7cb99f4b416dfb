import { restApi } from '../api/rest.js';
import { isDefiniteRefusal } from '../api/retry.js';
import type { JobInfo } from '../api/types.js';
import { describer } from '../describe/describe.js';
import type { ExportPart } from '../run/export-plan.js';
import { RowCountError } from '../errors.js';
import { endExport } from './end-export.js';
import { OutputClosedError } from './sinks/errors.js';
import { ExportOutput } from './output.js';
import { ExportParts } from './parts.js';
import type { ExportSession } from './session.js';
import { keepMark } from './high-water.js';
import { JobExport } from './job-export.js';
import { outputDone } from './output-done.js';
import { placeOf } from './sinks/place.js';
import { publish, publishAgain, stampOf } from './publish.js';
import { resultTypes } from './result-types.js';

/** How an export ended. `rows` is undefined when it was only submitted. */
export type ExportResult = {
  readonly runId: string;
  /** The job of the query as it was asked for. */
  readonly job: JobInfo;
  readonly rows: number | undefined;
};

/** Takes an export from wherever its journal stands to a complete output: submit, wait, pages. */
export async function exportRun(session: ExportSession): Promise<ExportResult> {
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
