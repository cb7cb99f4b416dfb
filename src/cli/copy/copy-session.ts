import { Messages } from '@salesforce/core';
import {
  copyStatusOf,
  hasLeftRows,
  passedOver,
  type CopyStatus,
  type StepStatus,
  shownSteps,
  heldGroupsOf,
} from '../../lib/copy/account.js';
import type { CopyEvents, AskForCopy, CopyContexts } from '../../lib/copy/copy.js';
import { Bulk2Error } from '../../lib/errors.js';
import { Events } from '../../lib/events.js';
import type { RunStore } from '../../lib/run/store.js';
import type { Bulk2Command } from '../bulk2-command.js';
import { exitCodes } from '../exit-codes.js';
import type { Effort } from '../load/load-report.js';
import { noteRetry } from '../progress/notes.js';
import { jobWarningText, showReplacedJobs, showRunNews } from '../run-news.js';
import { planWarnings } from '../plan-warnings.js';
import { shellWord } from '../shown.js';
import { showTable } from '../tables.js';
import { formatCount, formatElapsed, formatObjects, formatRecords } from '../units.js';
import { heldRows, leftLines } from '../held-text.js';
import { createdBeforeText } from './created-before-text.js';
import { tellFacts } from './copy-facts.js';
import { filledLines } from '../filled-text.js';
import { SentSteps } from './sent-steps.js';
import { laterHeldIn, planLines, planRows, stepName } from './copy-plan-text.js';
import { copyReport, operationOf, type CopyReport } from './copy-report.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.copy');

type Voice = Pick<Bulk2Command<unknown>, 'log' | 'table' | 'warn' | 'jsonEnabled' | 'display'>;
type Surveyed = Parameters<AskForCopy>[0];

/** What commands that run a copy share: its news while it runs, its figures however it ends, and the rendering. */
export class CopySession {
  readonly events = new Events<CopyEvents>();
  readonly #voice: Voice;
  /** Of the copy that was begun, whatever became of it. */
  runId: string | undefined;
  /** Whether another command has begun it: the duration is this one's alone, and how to resume it was said. */
  isContinued = false;
  /** Whether nothing is left to resume, whatever else is. */
  isOver = false;
  /** Whether the target may have processed some of it before this command. */
  hadSent = false;
  #contexts: CopyContexts | undefined;
  #runId: string | undefined;
  #reached: CopyReport | undefined;
  /** What has been sent, now or before. */
  readonly sent: SentSteps;

  constructor(voice: Voice) {
    this.#voice = voice;
    const { events } = this;
    this.sent = new SentSteps(events, voice.display.progress);
    const note = (key: string, ...values: string[]): void =>
      voice.display.note(messages.getMessage(key, values));
    showRunNews(events, voice);
    events.on('createdBefore', (before) => voice.warn(createdBeforeText(before)));
    events.on('begun', ({ runId }) => {
      this.runId = runId;
    });
    events.on('resumable', ({ runId }) => {
      this.#runId = runId;
      if (!this.isContinued) note('resumable', runId, runId);
    });
    events.on('dropped', () => this.forget());
    events.on('exporting', ({ object }) => note('exporting', object));
    events.on('exportingKeys', ({ object }) => note('exportingKeys', object));
    events.on('exported', ({ object, rows }) => note('exported', formatRecords(rows), object));
    events.on('step', (step) => {
      if (step.rows > 0) note('step', ...place(step), stepName(step), formatRecords(step.rows));
    });
    events.on('stepEnded', (step) => {
      const { successful, failed, unprocessed, held } = step.counts;
      const counts = [successful, failed, unprocessed, held].map(formatCount);
      note('stepEnded', ...place(step), stepName(step), ...counts);
    });
    events.on('warning', (text) => voice.warn(text));
    showReplacedJobs(events, voice);
    events.on('jobWarning', (warning) => voice.warn(jobWarningText(warning)));
    events.on('retry', (notice) => noteRetry(voice.display, notice));
    tellFacts(events, voice.display, () => this.#contexts?.target.org.instanceUrl ?? '');
  }

  inOrgs(contexts: CopyContexts): void {
    this.#contexts = contexts;
  }

  get effort(): Effort {
    const { source, target } = this.#contexts ?? {};
    const apis = new Set([source?.api, target?.api]);
    const apiRequests = [...apis].reduce((sum, api) => sum + (api?.requestCount ?? 0), 0);
    return { apiRequests, elapsedMs: this.#voice.display.progress.elapsedMs() };
  }

  /** What is known of the copy when an error ends the command. */
  get figures(): CopyReport | Effort {
    return this.#reached ?? this.effort;
  }

  /** Reads how far the copy has come, for `figures`. Never stands in the way of the error itself. */
  async recall(store: RunStore, reported: Pick<CopyReport, 'reportFilePath'>): Promise<void> {
    const run = await store.find(this.runId ?? '').catch(() => undefined);
    if (run?.records[0]?.type !== 'copy') return;
    this.#reached = { ...copyReport(copyStatusOf(run.runId, run.records), this.effort), ...reported };
  }

  /** What a resume names the copy by; undefined before there is one. */
  get resumeFlags(): string | undefined {
    return this.#runId === undefined ? undefined : `--id ${this.#runId}`;
  }

  /** Whether nothing of it has been sent, now or before. */
  get hasSentNothing(): boolean {
    return !this.hadSent && !this.sent.isBegun;
  }

  /** Nothing is left to resume. */
  forget(): void {
    this.#runId = undefined;
    this.isOver = true;
  }

  /** Shows what would be sent. */
  async showPlan(surveyed: Surveyed): Promise<void> {
    await showTable(this.#voice, { data: planRows(surveyed) });
    for (const line of planLines(surveyed)) this.#voice.log(line);
    for (const text of planWarnings(surveyed.plan)) this.#voice.warn(text);
  }

  /** The report of a plan that was only shown. */
  planned({ plan, surveys, steps, owners }: Surveyed): CopyReport {
    const totals = { sent: 0, successful: 0, failed: 0, unprocessed: 0, held: 0 };
    const open = steps.map((step) => ({ ...step, jobIds: [], files: [], errors: [] }));
    const missingOwners = Object.values(owners?.missing ?? {});
    const status: CopyStatus = {
      runId: '',
      plan,
      exported: [],
      surveys,
      steps: open,
      missingOwners,
      totals,
      isFinished: false,
      isAborted: false,
      hasIds: false,
    };
    const held = surveys.reduce((sum, survey) => sum + survey.held + laterHeldIn(survey), 0);
    return { ...copyReport(status, this.effort), state: 'Planned', heldRecords: held };
  }

  /**
   * Shows how far a copy has come; what became of its records is no failure here.
   * @param unknown objects of steps whose loads have ended, and nobody knows how
   */
  async showStatus(status: CopyStatus, unknown: readonly string[]): Promise<CopyReport> {
    const { totals, runId, isFinished, isAborted } = status;
    await showTable(this.#voice, { data: resultRows(status), drop: ['jobs'] });
    const counts = [totals.successful, totals.failed, totals.unprocessed, totals.held].map(formatCount);
    const key = isAborted ? 'status.aborted' : isFinished ? 'status.finished' : 'status.open';
    this.#voice.log(messages.getMessage(key, [runId, ...counts]));
    if (unknown.length > 0) this.#voice.log(messages.getMessage('status.unknown', [unknown.join(', ')]));
    const hasEnded = isFinished || isAborted;
    const isLeft = !hasEnded || hasLeftRows(status);
    if (isLeft) this.#voice.log(messages.getMessage(hasEnded ? 'status.report' : 'status.resume', [runId]));
    return copyReport(status, this.effort, isFinished ? await heldGroupsOf(status.plan) : undefined);
  }

  /**
   * Tells how the copy has ended, and sets the exit code.
   * @throws Bulk2Error a job of it failed as a whole
   */
  async finish(status: CopyStatus): Promise<CopyReport> {
    const { totals, plan, runId, steps } = status;
    const left = hasLeftRows(status);
    const held = left ? await heldGroupsOf(plan) : [];
    const report = copyReport(status, this.effort, held);
    this.forget();
    if (plan.output !== undefined) {
      const records = status.exported.reduce((sum, { rows, outside }) => sum + rows - outside, 0);
      const counts = [formatRecords(records), formatObjects(status.exported.length), plan.output.folder];
      this.#voice.log(messages.getMessage('exportedInto', counts));
      this.#voice.log(messages.getMessage('loadFrom', [shellWord(plan.output.folder)]));
      return report;
    }
    if (left) process.exitCode = exitCodes.someRowsFailed;
    await showTable(this.#voice, { data: resultRows(status), drop: ['jobs'] });
    for (const line of filledLines(status)) this.#voice.log(line);
    const errors = steps.flatMap(({ object, errors: groups }) =>
      groups.map(({ count: records, code, message }) => ({ object, records, code, message })),
    );
    if (errors.length > 0) await showTable(this.#voice, { data: errors });
    await showTable(this.#voice, { data: heldRows(held) });
    const counts = [totals.successful, totals.failed, totals.unprocessed, totals.held].map(formatCount);
    this.#voice.log(
      messages.getMessage(this.isContinued ? 'doneContinued' : 'done', [
        ...counts,
        formatElapsed(report.elapsedMs),
      ]),
    );
    this.#voice.log(messages.getMessage('results', [plan.resultsDir]));
    const unsent = passedOver(status);
    if (unsent > 0) this.#voice.log(messages.getMessage('stopped', [formatRecords(unsent)]));
    for (const line of leftLines(status, held)) this.#voice.log(line);
    const broken = steps.find(isBroken);
    if (broken !== undefined) {
      throw new Bulk2Error(messages.getMessage('error.JobFailed', [broken.object, broken.state ?? '']), {
        actions: [messages.getMessage('retryWith', [runId])],
        data: { ...report },
      });
    }
    return report;
  }
}

function place({ number, total }: { readonly number: number; readonly total: number }): string[] {
  return [String(number), String(total)];
}

/** A job of it ended as a whole, and has not loaded all of its rows: the counts decide, since a retry goes by them. */
function isBroken({ state, counts }: StepStatus): boolean {
  const isLeft = counts !== undefined && counts.failed + counts.unprocessed > 0;
  return isLeft && (state === 'Failed' || state === 'Aborted');
}

/** A row for each step that people see, numbered as in the plan, and for others that have held records. */
function resultRows(status: CopyStatus) {
  const { steps, surveys } = status;
  const shown = shownSteps(steps, surveys);
  return steps
    .filter((step) => shown.includes(step) || (step.counts?.held ?? 0) > 0)
    .map((step) => resultRow(status, step, shown.indexOf(step) + 1));
}

/** @param number 0 for a step that sends nothing */
function resultRow(status: CopyStatus, step: StepStatus, number: number) {
  const { successful = 0, failed = 0, unprocessed = 0, held = 0 } = step.counts ?? {};
  return {
    '#': number === 0 ? '' : number,
    step: stepName(step),
    did: operationOf(status, step),
    successful: formatCount(successful),
    failed: formatCount(failed),
    unprocessed: formatCount(unprocessed),
    held: formatCount(held),
    jobs: step.jobIds.join(' '),
  };
}
