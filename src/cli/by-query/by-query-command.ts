import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import { UsageError } from '../../lib/errors.js';
import type { ChangeProgress } from '../../lib/by-query/apply-collections.js';
import { applySaved } from '../../lib/by-query/apply-saved.js';
import { findRecords, type FoundRecords } from '../../lib/by-query/find.js';
import type { ByQueryRequest, RouteOptions } from '../../lib/by-query/request.js';
import { saveFound, type SavedRecords } from '../../lib/by-query/save.js';
import { requireResultsFolder } from '../../lib/load/collect/results-folder.js';
import { requireComplete } from '../../lib/load/load.js';
import type { RunContext } from '../../lib/run/context.js';
import { restOfWait } from '../../lib/run/wait.js';
import { withinWait } from '../../lib/run/within-wait.js';
import {
  collectionsReport,
  plannedReport,
  stoppedReport,
  writeFailures,
  type ByQueryReport,
  type ChangeReport,
} from './by-query-report.js';
import type { ByQueryFlags } from './by-query-request.js';
import {
  byQueryDoneText,
  byQueryDryRunText,
  deedText,
  orgText,
  progressText,
  questionText,
  savedText,
  stoppedTexts,
  undoText,
} from './by-query-text.js';
import { exitCodes, InterruptedError } from '../exit-codes.js';
import { LoadCommand } from '../load/load-command.js';
import { waitOf } from '../load/load-request.js';
import { LoadSession } from '../load/load-session.js';
import { contextOf } from '../org-context.js';
import { ProgressLine } from '../progress-line.js';
import { shown } from '../shown.js';
import { showTable } from '../tables.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.by-query');

const longestThoughtMs = 600_000;

/** A change whose records are saved: from here on it may have changed some of them. */
type Underway = {
  readonly saved: SavedRecords;
  readonly savedFilePath: string;
  readonly undo: string;
  progress: ChangeProgress;
};

/** What a change goes on with once it has been agreed to. */
type Change = {
  readonly resultsDir: string;
  readonly context: RunContext;
  /** Asks for leave to change so many records; undefined where nobody is to be asked. */
  readonly ask: ((count: number) => Promise<void>) | undefined;
};

/** What the commands share that change the records of a file or those that a query finds. */
export abstract class ByQueryCommand extends LoadCommand {
  readonly #session = new LoadSession(this);
  #underway: Underway | undefined;

  protected override progressSoFar(): Partial<ChangeReport> {
    const figures = this.#session.figures();
    if (this.#underway === undefined) return figures ?? super.progressSoFar();
    const { saved, savedFilePath, progress } = this.#underway;
    return { ...(figures ?? stoppedReport(saved, progress, this.#session.effort)), savedFilePath };
  }

  protected override nextSteps(): readonly string[] {
    if (this.#underway?.saved.found.route !== 'collections') return [];
    const { saved, progress, undo } = this.#underway;
    return stoppedTexts(saved, progress, undo);
  }

  protected override resumeFlags(): string | undefined {
    return this.#session.tracker.resumeFlags ?? super.resumeFlags();
  }

  protected routeOf(flags: ByQueryFlags): RouteOptions {
    return { bulkThreshold: flags['bulk-threshold'], allowBulk: flags['allow-bulk'] };
  }

  /** Counts, asks, saves, and only then changes. */
  protected async changeByQuery(flags: ByQueryFlags, request: ByQueryRequest): Promise<ByQueryReport> {
    const resultsDir = resolve(flags['results-dir']);
    if (!flags['dry-run']) await requireResultsFolder(resultsDir, randomUUID());
    const context = contextOf(flags['target-org'], flags['api-version'], this.stopSignal());
    this.#session.countRequestsOf(context.api);
    try {
      const wait = waitOf({ async: false, wait: flags.wait });
      const startedMs = Date.now();
      const found = await withinWait(wait, context, (bounded) => findRecords(request, bounded));
      if (found.count === 0) {
        this.log(messages.getMessage('nothing', [found.object]));
        return plannedReport(found, this.#session.effort);
      }
      const org = await withinWait(restOfWait(wait, startedMs), context, orgText);
      if (flags['dry-run']) {
        this.log(byQueryDryRunText(found, org));
        return plannedReport(found, this.#session.effort);
      }
      // What a person thinks about does not count.
      const rest = restOfWait(wait, startedMs);
      const ask = flags['no-prompt'] ? undefined : (count: number) => this.#ask({ ...found, count }, org);
      await ask?.(found.count);
      return await withinWait(rest, context, (bounded) =>
        this.#change(found, { context: bounded, ask, resultsDir }),
      );
    } finally {
      this.#session.quiet();
      await context.close();
    }
  }

  /** @throws UsageError nobody is there, or the answer was no */
  async #ask(found: FoundRecords, org: string): Promise<void> {
    if (this.jsonEnabled() || !process.stdin.isTTY) {
      throw new UsageError(messages.getMessage('error.CannotAsk', [deedText(found), org]), {
        actions: [messages.getMessage('action.NoPrompt')],
        data: { count: found.count },
      });
    }
    const message = shown(questionText(found, org));
    const isYes = await this.confirm({ message, ms: longestThoughtMs, defaultAnswer: false }).catch(
      interruption,
    );
    if (!isYes) throw new UsageError(messages.getMessage('error.Declined'));
  }

  async #change(found: FoundRecords, { resultsDir, context, ask }: Change): Promise<ByQueryReport> {
    const stem = join(resultsDir, fileStem(found));
    const savedPath = `${stem}.csv`;
    const saved = await saveFound(found, context, savedPath);
    this.log(savedText(saved, savedPath));
    // A yes to fewer records is none to these.
    if (saved.count > found.count) await ask?.(saved.count);
    const undo = undoText(saved, savedPath, context);
    this.#underway = { saved, savedFilePath: savedPath, undo, progress: { successful: 0, failed: 0 } };
    const report = await this.#apply(this.#underway, { resultsDir, stem }, context);
    this.log(undo);
    return { ...report, savedFilePath: savedPath };
  }

  async #apply(
    underway: Underway,
    { resultsDir, stem }: { readonly resultsDir: string; readonly stem: string },
    context: RunContext,
  ): Promise<ByQueryReport> {
    const { saved } = underway;
    const line = new ProgressLine({ silent: this.jsonEnabled() });
    const { events } = this.#session.tracker;
    const onChanged = (progress: ChangeProgress): void => {
      underway.progress = progress;
      line.update(() => progressText(saved, progress));
    };
    const outcome = await applySaved(saved, context, { resultsDir, events, onChanged });
    line.clear();
    const { load, total, route, failed } = outcome;
    if (load !== undefined) {
      const report = await this.#session.finish(load);
      requireComplete(load);
      return { ...report, totalSize: total, route };
    }
    if (failed > 0) process.exitCode = exitCodes.someRowsFailed;
    const { effort } = this.#session;
    const failedFilePath = `${stem}-failed-records.csv`;
    const errors = failed === 0 ? [] : await writeFailures(outcome, failedFilePath);
    this.log(byQueryDoneText(saved, outcome, effort.elapsedMs));
    if (failed > 0) {
      await showTable(this, {
        data: errors.map(({ count, code, message }) => ({ records: count, code, message })),
      });
      this.log(failedFilePath);
    }
    const report = collectionsReport(saved.found, outcome, { errors, effort });
    return failed > 0 ? { ...report, failedFilePath } : report;
  }
}

/** The prompt takes Ctrl-C for itself, and throws an error of its own. */
function interruption(error: unknown): never {
  throw error instanceof Error && error.name === 'ExitPromptError' ? new InterruptedError() : error;
}

/** `Account-before-delete-20260131T080000123Z`: two commands of the same second must not share it. */
function fileStem({ object, request }: FoundRecords): string {
  const time = new Date().toISOString().replace(/[-:.]/g, '');
  return `${object}-before-${request.operation}-${time}`;
}
