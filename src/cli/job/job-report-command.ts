import { resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import { withRetry } from '../../lib/api/retry.js';
import type { JobInfo } from '../../lib/api/types.js';
import { accountOf, type LoadAccount } from '../../lib/load/account.js';
import type { LoadStatus } from '../../lib/load/load.js';
import { foreignFailures, type ForeignFailures } from '../../lib/load/foreign-job.js';
import { findJob } from '../../lib/jobs/find-job.js';
import { jobInfos } from '../../lib/jobs/list.js';
import { nameOfRun, runStore, type RunView } from '../../lib/run/store.js';
import { Bulk2Command } from '../bulk2-command.js';
import { isInterruption } from '../exit-codes.js';
import { contextForJob, findRun, jobOfRun, lastRun, type JobContext, type JobFlags } from './job-context.js';
import { foreignStatus } from './job-status.js';
import { copyStatusOf } from '../../lib/copy/account.js';
import { copyReport, type CopyReport } from '../copy/copy-report.js';
import { copyRunPage } from '../report/copy-run-page.js';
import { loadReport, type LoadReport } from '../load/load-report.js';
import { stateFolder } from '../org-context.js';
import { changeAccount } from '../report/change-account.js';
import { foreignJobPage } from '../report/foreign-page.js';
import { loadPage } from '../report/load-page.js';
import { haltOf, notALoad, notesOn } from '../report/notes.js';
import type { ReportPage } from '../report/page.js';
import { reportPlaceFor } from '../report/report-place.js';
import { writePage } from '../report/render/page.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** A load as it stands, and the page that tells of it. */
export type JobPageReport = LoadReport & {
  /** Of the page, absolute. */
  filePath: string;
};

/** The same of a copy. */
export type CopyPageReport = CopyReport & {
  /** Of the page, absolute. */
  filePath: string;
};

/** What `job report` tells: of a load, or of a copy. */
export type PageReport = JobPageReport | CopyPageReport;

type JobReportFlags = JobFlags & { readonly 'output-file'?: string | undefined };

const flag = '--output-file';

type Reported = { readonly page: ReportPage; readonly status: LoadStatus };

/** Writes the report of a load at any time: of this tool's by what it knows, of others' by what the org tells. */
export abstract class JobReportCommand extends Bulk2Command<PageReport> {
  readonly #store = runStore(stateFolder());
  readonly #startedMs = Date.now();
  #apiRequests = 0;

  protected async report(flags: JobReportFlags): Promise<PageReport> {
    const asked = flags['output-file'];
    const run =
      flags.id === undefined ? await lastRun({ ...flags, withExports: false }) : await findRun(flags.id);
    if (run?.records[0]?.type === 'copy') return this.#copy(run, asked);
    const place = asked === undefined ? undefined : await reportPlaceFor(asked, run, { flag });
    const { page, status } =
      run === undefined ? await this.#foreign(flags.id ?? '', flags) : await this.#own(run, flags);
    const filePath = place ?? resolve(`${status.jobIds[0] ?? flags.id ?? 'load'}-report.html`);
    await writePage(filePath, page);
    this.log(filePath);
    const effort = { apiRequests: this.#apiRequests, elapsedMs: Date.now() - this.#startedMs };
    return { ...loadReport(status, effort), filePath };
  }

  /** Of a copy its journal knows all. */
  async #copy(run: RunView, asked: string | undefined): Promise<CopyPageReport> {
    const status = copyStatusOf(run.runId, run.records);
    const filePath =
      asked === undefined ? resolve(`${run.runId}-report.html`) : await reportPlaceFor(asked, run, { flag });
    const page = await copyRunPage(run, {}, this.#store);
    if (page !== undefined) await writePage(filePath, page);
    this.log(filePath);
    const effort = { apiRequests: this.#apiRequests, elapsedMs: Date.now() - this.#startedMs };
    return { ...copyReport(status, effort), filePath };
  }

  /** The org is asked of a load that has not ended, and of no other. */
  async #own(run: RunView, flags: JobReportFlags): Promise<Reported> {
    const change = await changeAccount(run, this.#store);
    if (change !== undefined) return this.#reported(change, []);
    const known = await accountOf(run, this.#store);
    if (known === undefined) throw notALoad(flags.id ?? nameOfRun(run));
    if (known.endedAt !== undefined) return this.#reported(known, []);
    const { infos, warnings } = await this.#ask(run, known, flags);
    return this.#reported((await accountOf(run, this.#store, infos)) ?? known, warnings);
  }

  async #reported(account: LoadAccount, more: readonly string[]): Promise<Reported> {
    const warnings = [...haltOf(account), ...more];
    return {
      page: loadPage(account, await notesOn(account.org, { warnings })),
      status: account.status,
    };
  }

  /** What the org says now, where it can be asked: the journal is worth a report without it. */
  async #ask(
    run: RunView,
    { status }: LoadAccount,
    flags: JobReportFlags,
  ): Promise<{ readonly infos: ReadonlyMap<string, JobInfo>; readonly warnings: readonly string[] }> {
    try {
      const infos = await this.#inOrg({ jobId: status.jobIds[0] ?? '', run }, flags, ({ api, signal }) =>
        jobInfos(withRetry(api), status, { signal }),
      );
      return { infos, warnings: [] };
    } catch (error) {
      if (isInterruption(error) || !(error instanceof Error)) throw error;
      return { infos: new Map(), warnings: [messages.getMessage('warning.notAsked', [error.message])] };
    }
  }

  async #foreign(jobId: string, flags: JobReportFlags): Promise<Reported> {
    return this.#inOrg({ jobId, run: undefined }, flags, async (context) => {
      const { kind, info } = await findJob(withRetry(context.api), jobId, context.signal);
      if (kind === 'query') throw notALoad(info.id);
      const failures = await this.#failuresOf(info, context);
      const page = await foreignJobPage(info, context.org, { outcome: failures });
      return { page, status: foreignStatus(info, failures) };
    });
  }

  async #failuresOf(info: JobInfo, { api, signal }: JobContext): Promise<ForeignFailures> {
    const spool = await this.#store.begin();
    try {
      const spoolPrefix = this.#store.pathFor(spool, 'results-');
      return await foreignFailures(withRetry(api), info, { spoolPrefix, signal });
    } finally {
      await this.#store.remove(spool);
    }
  }

  async #inOrg<T>(
    { jobId, run }: { readonly jobId: string; readonly run: RunView | undefined },
    flags: JobReportFlags,
    work: (context: JobContext) => Promise<T>,
  ): Promise<T> {
    const context = await contextForJob(jobOfRun(jobId, run), flags, this.stopSignal());
    try {
      return await work(context);
    } finally {
      this.#apiRequests += context.api.requestCount;
      await context.close();
    }
  }
}
