import { setTimeout as sleep } from 'node:timers/promises';
import type { JobInfo } from '../api/types.js';
import type { ExportPart } from '../run/export-plan.js';
import { JobFailedError } from '../jobs/errors.js';
import { pollUntilEnded } from '../jobs/poll.js';
import type { ExportOutput, OutputDone } from './output.js';
import type { ExportParts } from './parts.js';
import type { ExportSession } from './session.js';
import { pagesOf, type Page, requireAllRows } from './pages/pages.js';
import { isQueryTimeout, rangesFor } from './query-timeout.js';

/** Not even the smallest job ends sooner, and to ask before is one request for nothing. */
const leastJobMs = 50;

export type JobExportSetup = {
  readonly session: ExportSession;
  readonly parts: ExportParts;
  readonly output: ExportOutput;
  /** What an earlier run has written. */
  readonly done: OutputDone | undefined;
  readonly deadline: number | undefined;
};

/** Brings the records of query jobs into the output, and puts ranges in the place of a job that takes too long. */
export class JobExport {
  readonly #setup: JobExportSetup;
  readonly #finished: JobInfo[] = [];

  constructor(setup: JobExportSetup) {
    this.#setup = setup;
  }

  /** @returns the jobs that the records are from, in the order of the output */
  async write(part: ExportPart): Promise<readonly JobInfo[]> {
    const { parts } = this.#setup;
    if (parts.rangesOf(part) === undefined) {
      try {
        const jobId = await parts.submit(part);
        const isNew = await this.#letRun(part);
        await this.#download(part, await this.#wait(jobId, isNew));
        return this.#finished;
      } catch (error) {
        if (!isQueryTimeout(error)) throw error;
        await this.#split(part, error);
      }
    }
    const ranges = parts.rangesOf(part) ?? [];
    // The org works on all of them while the first ones are downloaded.
    for (const range of ranges) await parts.submit(range);
    for (const range of ranges) await this.write(range);
    return this.#finished;
  }

  /**
   * The job also runs while the answer to its creation and the first question are on their way: one round trip.
   * @returns whether the job is new
   */
  async #letRun(part: ExportPart): Promise<boolean> {
    const { session, parts } = this.#setup;
    const creationMs = parts.takeCreationMs(part);
    if (creationMs === undefined) return false;
    if (leastJobMs > creationMs) await sleep(leastJobMs - creationMs, undefined, { signal: session.signal });
    return true;
  }

  async #split(part: ExportPart, timeout: JobFailedError): Promise<void> {
    const { session, parts } = this.#setup;
    const ranges = await rangesFor(part, timeout, { session, parts });
    await parts.split(part, ranges);
    session.options.events.emit('split', {
      jobId: timeout.job.id,
      reason: timeout.job.errorMessage ?? '',
      field: ranges[0]?.range?.field ?? '',
      jobs: ranges.length,
    });
  }

  async #wait(jobId: string, isNew: boolean): Promise<JobInfo> {
    const { session, deadline } = this.#setup;
    const info = await pollUntilEnded({
      jobId,
      ask: (look) => session.jobs.info(jobId, look),
      onWarning: (warning) => session.options.events.emit('jobWarning', warning),
      isClosed: true,
      isNew,
      onInfo: (each) => session.options.events.emit('jobInfo', each),
      deadline,
      signal: session.signal,
    });
    if (info.state !== 'JobComplete') throw new JobFailedError(info);
    return info;
  }

  async #download(part: ExportPart, job: JobInfo): Promise<void> {
    const { session, output, done } = this.#setup;
    this.#finished.push(job);
    await output.resume(job);
    const known = done?.parts.get(part.part);
    let rows = known?.rows ?? 0;
    if (known === undefined || known.nextLocator !== undefined) {
      for await (const page of this.#pages(part, job, known?.nextLocator)) {
        rows += await output.take(page, part, job);
        session.options.events.emit('downloading', {
          records: output.rows,
          totalRecords: this.#finished.reduce((sum, each) => sum + (each.numberRecordsProcessed ?? 0), 0),
        });
      }
    }
    requireAllRows(job, rows);
  }

  #pages({ part }: ExportPart, job: JobInfo, locator: string | undefined): AsyncGenerator<Page> {
    const { runId, plan, context, jobs, signal } = this.#setup.session;
    return pagesOf({
      jobs,
      jobId: job.id,
      apiVersion: context.org.apiVersion,
      ...(job.numberRecordsProcessed === undefined ? {} : { records: job.numberRecordsProcessed }),
      concurrency: plan.concurrency,
      spoolPrefix: context.store.pathFor(runId, `page-${part}-`),
      signal,
      ...(locator === undefined ? {} : { from: { page: 0, locator } }),
    });
  }
}
