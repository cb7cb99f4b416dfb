import { Messages } from '@salesforce/core';
import { hasLeftRows, type CopyStatus } from '../../lib/copy/copy-status.js';
import { rowsOf, shownSteps } from '../../lib/copy/copy-steps.js';
import type { CopyEvents } from '../../lib/copy/events.js';
import { heldGroupsOf } from '../../lib/copy/held-reasons.js';
import type { AskForCopy, CopyContexts } from '../../lib/copy/work.js';
import { Bulk2Error } from '../../lib/errors.js';
import { Events } from '../../lib/events.js';
import type { CopyPlan, CopyStep, CopySurvey } from '../../lib/run/copy-record.js';
import type { Bulk2Command } from '../bulk2-command.js';
import { exitCodes } from '../exit-codes.js';
import type { Effort } from '../load/load-report.js';
import { noteRetry } from '../progress/notes.js';
import { jobWarningText, showReplacedJobs, showRunNews } from '../run-news.js';
import { shellWord } from '../shown.js';
import { showTable } from '../tables.js';
import { formatCount, formatElapsed, formatObjects, formatRecords } from '../units.js';
import { heldBefore, heldRows, leftLines } from '../held-text.js';
import { tellFacts } from './copy-facts.js';
import { SentSteps } from './sent-steps.js';
import { copyReport, operationOf, type CopyReport } from './copy-report.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.copy');

type Voice = Pick<Bulk2Command<unknown>, 'log' | 'table' | 'warn' | 'jsonEnabled' | 'display'>;
type Surveyed = Parameters<AskForCopy>[0];

/** What commands that run a copy share: its news while it runs, its figures however it ends, and the rendering. */
export class CopySession {
  readonly events = new Events<CopyEvents>();
  readonly #voice: Voice;
  readonly #startedMs = Date.now();
  /** Of the copy that was begun, whatever became of it. */
  runId: string | undefined;
  /** Whether another command has begun it: the duration is this one's alone, and how to resume it was said. */
  isContinued = false;
  /** Whether nothing is left to resume, whatever else is. */
  isOver = false;
  #contexts: CopyContexts | undefined;
  #runId: string | undefined;
  /** What has been sent, now or before. */
  readonly sent: SentSteps;

  constructor(voice: Voice) {
    this.#voice = voice;
    const { events } = this;
    this.sent = new SentSteps(events, voice.display.progress);
    const note = (key: string, ...values: string[]): void =>
      voice.display.note(messages.getMessage(key, values));
    showRunNews(events, voice);
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
    return { apiRequests, elapsedMs: Date.now() - this.#startedMs };
  }

  /** What a resume names the copy by; undefined before there is one. */
  get resumeFlags(): string | undefined {
    return this.#runId === undefined ? undefined : `--id ${this.#runId}`;
  }

  /** Nothing is left to resume. */
  forget(): void {
    this.#runId = undefined;
    this.isOver = true;
  }

  /** Shows what would be sent. */
  async showPlan(surveyed: Surveyed): Promise<void> {
    const { plan, surveys, steps, owners } = surveyed;
    await showTable(this.#voice, {
      data: [
        ...shownSteps(steps, surveys).map((step, index, shown) => planRow(surveyed, { step, index, shown })),
        ...surveys.flatMap((survey) => unsentRow(survey, steps)),
      ],
    });
    for (const survey of surveys) for (const line of remarksOn(plan, survey)) this.#voice.log(line);
    const held = surveys.flatMap(({ object, heldReasons = [] }) =>
      heldReasons.map((each) => ({ object, ...each })),
    );
    for (const line of heldBefore(held)) this.#voice.log(line);
    if (plan.isFromProduction === true)
      for (const { object, unmasked = [] } of plan.objects)
        if (unmasked.length > 0)
          this.#voice.log(messages.getMessage('unmasked', [object, unmasked.join(', ')]));
    for (const line of ownerRemarks(plan, surveys, owners)) this.#voice.log(line);
    for (const { object, leftOut } of plan.objects) {
      const lost = leftOut.filter(({ reason }) => !reason.startsWith('is '));
      if (lost.length > 0)
        this.#voice.log(messages.getMessage('leftOut', [object, lost.map(({ field }) => field).join(', ')]));
    }
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
    };
    const held = surveys.reduce((sum, survey) => sum + survey.held, 0);
    return { ...copyReport(status, this.effort), state: 'Planned', heldRecords: held };
  }

  /** Shows how far a copy has come; what became of its records is no failure here. */
  async showStatus(status: CopyStatus): Promise<CopyReport> {
    const { totals, runId, isFinished } = status;
    await showTable(this.#voice, { data: resultRows(status), drop: ['jobs'] });
    const counts = [totals.successful, totals.failed, totals.unprocessed, totals.held].map(formatCount);
    const key = isFinished ? 'status.finished' : 'status.open';
    this.#voice.log(messages.getMessage(key, [runId, ...counts]));
    const isLeft = !isFinished || hasLeftRows(status);
    if (isLeft) this.#voice.log(messages.getMessage(isFinished ? 'status.report' : 'status.resume', [runId]));
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
      const records = status.exported.reduce((sum, { rows }) => sum + rows, 0);
      const counts = [formatRecords(records), formatObjects(status.exported.length), plan.output.folder];
      this.#voice.log(messages.getMessage('exportedInto', counts));
      this.#voice.log(messages.getMessage('loadFrom', [shellWord(plan.output.folder)]));
      return report;
    }
    if (left) process.exitCode = exitCodes.someRowsFailed;
    await showTable(this.#voice, { data: resultRows(status), drop: ['jobs'] });
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
    if (plan.stopsOnError === true && left)
      this.#voice.log(messages.getMessage('stopped', [formatCount(totals.unprocessed)]));
    for (const line of leftLines(status, held)) this.#voice.log(line);
    const broken = steps.find(({ state }) => state === 'Failed' || state === 'Aborted');
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

/** `Account`, `Account level 2`, `Account, updates`, `Account, lookups` */
function stepName({ object, kind, level }: CopyStep): string {
  const name = level === 0 ? object : messages.getMessage('stepName.level', [object, String(level + 1)]);
  return kind === 'load' ? name : messages.getMessage(`stepName.${kind}`, [name]);
}

type PlannedStep = {
  readonly step: CopyStep;
  readonly index: number;
  readonly shown: readonly CopyStep[];
};

function planRow({ plan, surveys }: Surveyed, { step, index, shown }: PlannedStep) {
  const survey = surveys.find(({ object }) => object === step.object);
  const isFirst = shown.findIndex(({ object }) => object === step.object) === index;
  const does = operationOf({ plan }, step);
  const rows = rowsOf(step, surveys);
  return {
    '#': index + 1,
    step: stepName(step),
    does,
    read: isFirst ? formatCount(survey?.read ?? 0) : '',
    // Which of them an upsert creates only the org knows.
    ...(does === 'upsert'
      ? { new: `${formatCount(rows)} new or update`, update: '' }
      : {
          new: does === 'insert' ? formatCount(rows) : '',
          update: does === 'update' ? formatCount(rows) : '',
        }),
    held: isFirst ? formatCount(survey?.held ?? 0) : '',
    'not in copy': isFirst ? formatCount(survey?.outside ?? 0) : '',
  };
}

/** Of an object without a step: none of its records belongs to the copy. */
function unsentRow({ object, read, held, outside }: CopySurvey, steps: readonly CopyStep[]) {
  if (steps.some((step) => step.object === object)) return [];
  const counts = { held: formatCount(held), 'not in copy': formatCount(outside) };
  return [{ '#': '', step: object, does: '', read: formatCount(read), new: '', update: '', ...counts }];
}

function remarksOn({ objects }: CopyPlan, survey: CopySurvey): string[] {
  const { object, cleared, later, unchanged, updates } = survey;
  const lines = (key: string, counts: Readonly<Record<string, number>>): string[] =>
    Object.entries(counts).map(([field, rows]) =>
      messages.getMessage(key, [object, field, formatRecords(rows)]),
    );
  const found =
    unchanged === undefined ? [] : [messages.getMessage('unchanged', [object, formatRecords(unchanged)])];
  const finds =
    (updates ?? unchanged) !== undefined || objects.some((each) => each.object === object && each.key);
  return [...found, ...lines(finds ? 'kept' : 'cleared', cleared), ...lines('later', later)];
}

/** `Owners not found: 12 users, 1,204 records -> you` */
function ownerRemarks(
  { owners: rule }: CopyPlan,
  surveys: readonly CopySurvey[],
  owners: Surveyed['owners'],
): string[] {
  const missing = Object.values(owners?.missing ?? {}).length;
  if (missing === 0 || rule === undefined) return [];
  const records = surveys.reduce((sum, { unmatched }) => sum + (unmatched?.OwnerId ?? 0), 0);
  const key = rule.else === 'hold' ? 'ownersHeld' : 'ownersToMe';
  return [messages.getMessage(key, [formatCount(missing), formatRecords(records)])];
}

/** A row for each step that people see, and for others that have held records. */
function resultRows(status: CopyStatus) {
  const { steps, surveys } = status;
  const shown = shownSteps(steps, surveys);
  return steps
    .filter((step) => shown.includes(step) || (step.counts?.held ?? 0) > 0)
    .map((step, index) => resultRow(status, step, index));
}

function resultRow(status: CopyStatus, step: CopyStatus['steps'][number], index: number) {
  const { successful = 0, failed = 0, unprocessed = 0, held = 0 } = step.counts ?? {};
  return {
    '#': index + 1,
    step: stepName(step),
    did: operationOf(status, step),
    successful: formatCount(successful),
    failed: formatCount(failed),
    unprocessed: formatCount(unprocessed),
    held: formatCount(held),
    jobs: step.jobIds.join(' '),
  };
}
