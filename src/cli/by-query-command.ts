import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import { UsageError } from '../lib/errors.js';
import { applySaved } from '../lib/hybrid/apply-saved.js';
import { findRecords, type FoundRecords } from '../lib/hybrid/find-records.js';
import type { ByQueryRequest, RouteOptions } from '../lib/hybrid/request.js';
import { saveFound, type SavedRecords } from '../lib/hybrid/save-found.js';
import { requireComplete } from '../lib/ingest/load.js';
import type { RunContext } from '../lib/run-context.js';
import { collectionsReport, plannedReport, writeFailures, type ByQueryReport } from './by-query-report.js';
import type { ByQueryFlags } from './by-query-request.js';
import {
  byQueryDoneText,
  byQueryDryRunText,
  deedText,
  orgText,
  questionText,
  savedText,
  undoText,
} from './by-query-text.js';
import { exitCodes } from './exit-codes.js';
import { LoadCommand } from './load-command.js';
import type { LoadReport } from './load-report.js';
import { LoadSession } from './load-session.js';
import { contextOf } from './org-context.js';
import { ProgressLine } from './progress-line.js';
import { formatCount } from './units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.by-query');

const longestThoughtMs = 600_000;

/** What the commands share that change the records of a file or those that a query finds. */
export abstract class ByQueryCommand extends LoadCommand {
  readonly #session = new LoadSession(this);
  #savedPath: string | undefined;

  protected override progressSoFar(): Partial<LoadReport> {
    const figures = this.#session.figures();
    const saved = this.#savedPath === undefined ? {} : { savedFilePath: this.#savedPath };
    return figures === undefined ? super.progressSoFar() : { ...figures, ...saved };
  }

  protected override resumeFlags(): string | undefined {
    return this.#session.tracker.resumeFlags ?? super.resumeFlags();
  }

  protected routeOf(flags: ByQueryFlags): RouteOptions {
    return { bulkThreshold: flags['bulk-threshold'], allowBulk: flags['allow-bulk'] };
  }

  /** Counts, asks, saves, and only then changes. */
  protected async changeByQuery(flags: ByQueryFlags, request: ByQueryRequest): Promise<ByQueryReport> {
    const context = contextOf(flags['target-org'], flags['api-version'], this.stopSignal());
    this.#session.countRequestsOf(context.api);
    try {
      const found = await findRecords(request, context);
      if (found.count === 0) {
        this.log(messages.getMessage('nothing', [found.object]));
        return plannedReport(found, this.#session.effort);
      }
      const org = await orgText(context);
      if (flags['dry-run']) {
        this.log(byQueryDryRunText(found, org));
        return plannedReport(found, this.#session.effort);
      }
      if (!flags['no-prompt']) await this.#ask(found, org);
      return await this.#change(found, resolve(flags['results-dir']), context);
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
    const message = questionText(found, org);
    const isYes = await this.confirm({ message, ms: longestThoughtMs, defaultAnswer: false });
    if (!isYes) throw new UsageError(messages.getMessage('error.Declined'));
  }

  async #change(found: FoundRecords, resultsDir: string, context: RunContext): Promise<ByQueryReport> {
    await mkdir(resultsDir, { recursive: true });
    const stem = join(resultsDir, fileStem(found));
    const savedPath = `${stem}.csv`;
    const saved = await saveFound(found, context, savedPath);
    this.#savedPath = savedPath;
    this.log(savedText(saved, savedPath));
    const report = await this.#apply(saved, { resultsDir, stem }, context);
    this.log(undoText(saved, savedPath, context));
    return { ...report, savedFilePath: savedPath };
  }

  async #apply(
    saved: SavedRecords,
    { resultsDir, stem }: { readonly resultsDir: string; readonly stem: string },
    context: RunContext,
  ): Promise<ByQueryReport> {
    const line = new ProgressLine({ silent: this.jsonEnabled() });
    const { events } = this.#session.tracker;
    const onChanged = (records: number): void =>
      line.update(() => messages.getMessage('progress', [formatCount(records), formatCount(saved.count)]));
    const outcome = await applySaved(saved, context, { resultsDir, events, onChanged });
    line.clear();
    const { load, total, route, failed } = outcome;
    if (load !== undefined) {
      const report = this.#session.finish(load);
      requireComplete(load);
      return { ...report, totalSize: total, route };
    }
    if (failed > 0) process.exitCode = exitCodes.someRowsFailed;
    const { effort } = this.#session;
    const failedFilePath = `${stem}-failed-records.csv`;
    const errors = failed === 0 ? [] : await writeFailures(outcome, failedFilePath);
    this.log(byQueryDoneText(saved, outcome, effort.elapsedMs));
    if (failed > 0) {
      this.table({ data: errors.map(({ count, code, message }) => ({ records: count, code, message })) });
      this.log(failedFilePath);
    }
    const report = collectionsReport(saved.found, outcome, { errors, effort });
    return failed > 0 ? { ...report, failedFilePath } : report;
  }
}

/** `Account-before-delete-20260131T080000Z` */
function fileStem({ object, request }: FoundRecords): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  return `${object}-before-${request.operation}-${time}`;
}
