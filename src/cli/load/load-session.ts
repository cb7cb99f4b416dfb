import { retriedLoad, type LoadAccount } from '../../lib/load/account.js';
import type { LoadStatus } from '../../lib/load/load.js';
import type { RunStore } from '../../lib/run/store.js';
import { exitCodes } from '../exit-codes.js';
import { jobWarningText, showReplacedJobs, showRunNews } from '../run-news.js';
import { loadReport, type Effort, type LoadReport } from './load-report.js';
import { filesText, findingText, inAllText, loadText, nextStepsText, reportText } from './load-text.js';
import { LoadTracker } from './load-tracker.js';
import type { Bulk2Command } from '../bulk2-command.js';
import type { OrgContext } from '../org-context.js';
import { followLoad } from '../progress/follow-load.js';
import type { OrgFacts } from '../progress/notes.js';
import { showTable } from '../tables.js';
import { formatRows } from '../units.js';

/** The part of a command that a session speaks through. */
type Voice = Pick<Bulk2Command<unknown>, 'log' | 'table' | 'warn' | 'jsonEnabled' | 'display'>;

/** What commands that run a load share: progress while it runs, its figures however it ends, and the rendering. */
export class LoadSession {
  readonly tracker = new LoadTracker();
  readonly #voice: Voice;
  #countRequests: () => number = () => 0;
  #org: (OrgFacts & { readonly username: string | undefined }) | undefined;
  #store: RunStore | undefined;
  /** Why an upsert matches records by its external id; undefined for a load that began earlier. */
  keyReason: 'given' | 'found' | undefined;
  /** Of a load that ended before this command: what has become of its rows since. */
  account: LoadAccount | undefined;
  /** Where a report is written once the load has ended; undefined for nowhere. */
  reportPath: string | undefined;
  #reportFilePath: string | undefined;
  readonly #lastWords: string[] = [];
  #finished: LoadReport | undefined;

  constructor(voice: Voice) {
    this.#voice = voice;
    followLoad(this.tracker.events, voice.display, { org: () => this.#org, keyReason: () => this.keyReason });
    showRunNews(this.tracker.events, voice);
    const warnOf = (text: string | undefined): void => {
      if (text !== undefined) this.warn(text);
    };
    this.tracker.events.on('jobWarning', (warning) => warnOf(jobWarningText(warning)));
    showReplacedJobs(this.tracker.events, voice);
    this.tracker.events.on('resultFinding', ({ jobId, finding }) => warnOf(findingText(jobId, finding)));
  }

  /** To be called once the org is known. */
  inOrg({ api, org: { instanceUrl, username }, orgName, store }: OrgContext): void {
    this.#store = store;
    this.#countRequests = () => api.requestCount;
    this.#org = { orgName, instanceUrl, username };
  }

  get effort(): Effort {
    return { apiRequests: this.#countRequests(), elapsedMs: this.#voice.display.progress.elapsedMs() };
  }

  /** `1,776 rows` that are in no closed job; undefined for none. */
  get unsent(): string | undefined {
    const { unsentRows } = this.tracker;
    return unsentRows === 0 ? undefined : formatRows(unsentRows);
  }

  /** The load as far as its events have told. */
  figures(): LoadReport | undefined {
    const status = this.tracker.status();
    const report = this.#finished ?? (status === undefined ? undefined : loadReport(status, this.effort));
    return report === undefined ? undefined : { ...report, ...this.reported };
  }

  /** The report that was written, as a part of a command's JSON. */
  get reported(): Pick<LoadReport, 'reportFilePath'> {
    return this.#reportFilePath === undefined ? {} : { reportFilePath: this.#reportFilePath };
  }

  tellReport(path: string): void {
    this.#reportFilePath = path;
    this.#voice.log(reportText(path));
  }

  /** Says what to do next, behind the report's path, which is not known before the end. */
  tellLast(text: string): void {
    if (this.reportPath !== undefined) this.#lastWords.push(text);
    else this.#voice.log(text);
  }

  /** To be called once the report is written, or couldn't be. */
  reportIsOver(): void {
    for (const text of this.#lastWords.splice(0)) this.#voice.log(text);
  }

  warn(text: string): void {
    this.#voice.warn(text);
  }

  quiet(): void {
    this.#voice.display.clear();
  }

  /** Tells how the load has ended, and sets the exit code. */
  async finish(status: LoadStatus): Promise<LoadReport> {
    this.quiet();
    const report = loadReport(status, this.effort);
    this.#finished = report;
    const isFinished = status.files !== undefined;
    const left = status.failed + status.unprocessed + (status.neverSent ?? 0);
    if (isFinished && left > 0) process.exitCode = exitCodes.someRowsFailed;
    // Rows that can't be accounted for are no rows that failed: whoever acts on the failed ones alone would miss them.
    if ((status.unknown?.rows ?? 0) > 0) process.exitCode = exitCodes.failed;
    const background = { account: this.account, processedBefore: this.tracker.processedBefore };
    this.#voice.log(loadText(status, report, background));
    const before =
      isFinished && this.#store !== undefined ? await retriedLoad(status, this.#store) : undefined;
    if (before?.inAll !== undefined) this.#voice.log(inAllText(before.inAll));
    if (status.errors.length > 0) await showTable(this.#voice, errorTable(status));
    const files = filesText(status);
    if (files !== undefined) this.#voice.log(files);
    const username = this.#org?.username;
    const { account } = this;
    const writesReport = this.reportPath !== undefined;
    const steps = nextStepsText(status, report, { username, writesReport, account });
    if (steps !== undefined) this.tellLast(steps);
    return report;
  }
}

/** Failed rows by code and message, worst first, with one real row of each. */
function errorTable({ errors }: LoadStatus) {
  return {
    data: errors.map(({ code, message, count, sample }) => ({
      rows: count,
      code,
      message,
      example: sample.row === undefined ? (sample.id ?? '') : `${sample.file ?? ''} row ${sample.row}`,
    })),
  };
}
