import { restApi } from '../api/rest.js';
import { isDefiniteRefusal } from '../api/retry.js';
import type { JobInfo } from '../api/types.js';
import { describer } from '../describe/describe.js';
import type { ExportPart } from '../run/record.js';
import { RowCountError } from '../row-count-error.js';
import { OutputClosedError } from './errors.js';
import { ExportOutput } from './output.js';
import { ExportParts } from './parts.js';
import type { ExportSession } from './session.js';
import { keepMark } from './high-water.js';
import { JobExport } from './job-export.js';
import { outputDone } from './output-done.js';
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
      await end(session, null);
      options.events.emit('refused');
    }
    throw error;
  });
  options.events.emit('jobCreated', { jobId });
  if (options.wait === 'accepted') return { runId, job: await jobs.info(jobId), rows: undefined };

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
    if (plan.mark !== undefined) await keepMark(plan.mark, job, context);
    await end(session, output.rows);
    return { runId, job, rows: output.rows };
  } catch (error) {
    await output.abandon();
    if (error instanceof RowCountError) await journal.append({ type: 'restart' });
    // Nobody is left to resume for.
    if (error instanceof OutputClosedError) await end(session, output.rows);
    throw error;
  }
}

/** @param rows null: there is no output */
async function end({ journal }: ExportSession, rows: number | null): Promise<void> {
  await journal.append({ type: 'done', at: new Date().toISOString(), summary: { rows } });
}
