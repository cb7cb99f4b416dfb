import { rmdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import { startCopy, type AskForCopy, type CopyContexts } from '../../lib/copy/copy.js';
import {
  planCopy,
  type PlannedCopy,
  derivePlan,
  requireSameInFolder,
  folderPlan,
  requireFolderFor,
  type CopyPlanFile,
} from '../../lib/copy/plan-copy.js';
import { UsageError } from '../../lib/errors.js';
import { isTaken } from '../../lib/files/file-facts.js';
import type { CopyPlan } from '../../lib/run/copy-record.js';
import { Bulk2Command } from '../bulk2-command.js';
import { orgText } from '../by-query/by-query-text.js';
import { DeclinedError } from '../exit-codes.js';
import { saysYes } from '../ask.js';
import { waitOf } from '../wait.js';
import { formatObjects, formatRecords } from '../units.js';
import { openOrgs, planOf, planOrg, requireNewFile, writeNewPlan, type PlaceFlags } from './copy-orgs.js';
import type { CopyReport } from './copy-report.js';
import { forecast, forecastLines } from './copy-forecast.js';
import { CopySession } from './copy-session.js';
import { withCopyReport } from './with-copy-report.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.copy');

/** Flags of a copy, parsed. */
export type CopyFlags = PlaceFlags & {
  readonly 'write-plan'?: string | undefined;
  readonly 'known-ids'?: readonly string[] | undefined;
  readonly 'dry-run': boolean;
  readonly 'no-prompt': boolean;
  readonly wait?: number | undefined;
  readonly concurrency: number;
  readonly 'retry-failed': number;
  readonly 'stop-on-error': boolean;
  readonly 'results-dir'?: string | undefined;
  readonly 'mask-key-file'?: string | undefined;
  readonly report?: string | undefined;
};

type Surveyed = Parameters<AskForCopy>[0];

/** The plan was shown, and that was all that was wanted. */
class DryRunEnded extends Error {
  readonly surveyed: Surveyed;

  constructor(surveyed: Surveyed) {
    super('Dry run.');
    this.surveyed = surveyed;
  }
}

export abstract class CopyCommand extends Bulk2Command<CopyReport> {
  protected override readonly beginsWork = true;
  readonly #session = new CopySession(this);

  protected override progressSoFar(): unknown {
    return this.#session.figures;
  }

  protected override resumeFlags(): string | undefined {
    return this.#session.resumeFlags;
  }

  protected override unsent(): string | undefined {
    return this.#session.sent.unsent;
  }

  protected override hasSentNothing(): boolean {
    return this.#session.hasSentNothing;
  }

  protected async copy(flags: CopyFlags): Promise<CopyReport> {
    const signal = this.stopSignal();
    if (flags['write-plan'] !== undefined) return this.#derive(flags, flags['write-plan'], signal);
    const { file, folder } = await planOf(flags, signal);
    const path = await reportPathOf(flags);
    const orgs = await openOrgs(flags, file, signal);
    const { source, target } = orgs;
    const contexts = { target, ...(source === undefined ? {} : { source }) };
    this.#session.inOrgs(contexts);
    try {
      const org = await orgText(target);
      if (flags['output-dir'] === undefined) this.#requireSomebody(flags, org);
      const planned = await planCopy(file, {
        target: planOrg(target),
        source: source && planOrg(source),
        folder,
        store: target.store,
        signal,
        hasKnownIds: flags['known-ids'] !== undefined,
        maskKeyFile: flags['mask-key-file'],
        isIntoFolder: flags['output-dir'] !== undefined,
      });
      const report = path === undefined ? {} : { reportPath: path };
      const plan = { ...planFor(flags, file, planned), ...report };
      const reporting = { path, store: target.store, session: this.#session, voice: this };
      return await withCopyReport(reporting, () =>
        plan.output === undefined
          ? this.#run(plan, flags, { contexts, org })
          : this.#export(plan, { source: target, target }),
      );
    } finally {
      this.display.clear();
      for (const context of new Set([source, target])) await context?.close();
    }
  }

  /** Writes a plan for a person to edit. Nothing is read but what the objects are like. */
  async #derive(flags: CopyFlags, path: string, signal: AbortSignal): Promise<CopyReport> {
    await requireNewFile(path);
    const names = flags.sobject ?? [];
    const objects = names.map((object) => ({ object }));
    const { source, target } = await openOrgs(flags, { objects }, signal);
    try {
      this.#session.inOrgs({ target, ...(source === undefined ? {} : { source }) });
      const ends = { target: planOrg(target), source: planOrg(source ?? target) };
      await writeNewPlan(path, await derivePlan({ objects: names, ...ends }));
      this.log(messages.getMessage('planWritten', [path]));
      const plan = planFor(flags, { objects: [] }, { objects: [] });
      return this.#session.planned({ plan, owners: undefined, surveys: [], steps: [] });
    } finally {
      for (const context of new Set([source, target])) await context?.close();
    }
  }

  /** Brings the records into a folder. */
  async #export(plan: CopyPlan, contexts: CopyContexts): Promise<CopyReport> {
    const { output } = plan;
    requireSameInFolder(plan.objects);
    if (output !== undefined) await requireFolderFor(output.folder, output.plan);
    return this.#session.finish(await startCopy(plan, { events: this.#session.events }, contexts));
  }

  async #run(
    plan: CopyPlan,
    flags: CopyFlags,
    {
      contexts,
      org,
    }: {
      readonly contexts: CopyContexts;
      readonly org: string;
    },
  ): Promise<CopyReport> {
    const { events } = this.#session;
    const agree: AskForCopy = async (surveyed) => {
      this.display.clear();
      await this.#session.showPlan(surveyed);
      if (flags['dry-run']) throw new DryRunEnded(surveyed);
      if (!flags['no-prompt']) await this.#ask(surveyed, org);
    };
    const isNewFolder = !(await isTaken(plan.resultsDir));
    const wait = waitOf({ async: false, wait: flags.wait });
    try {
      return await this.#session.finish(await startCopy(plan, { events, wait, agree }, contexts));
    } catch (error) {
      // A folder that was made for this copy, and has nothing in it, is of no use to anybody.
      if (isNewFolder && this.#session.hasSentNothing) await rmdir(plan.resultsDir).catch(() => undefined);
      if (!(error instanceof DryRunEnded)) throw error;
      const requestsSoFar = this.#session.effort.apiRequests;
      const expected = await forecast(error.surveyed, { target: contexts.target, requestsSoFar });
      for (const line of forecastLines(expected)) this.log(line);
      this.log(messages.getMessage('dryRun', [org]));
      return { ...this.#session.planned(error.surveyed), plan: expected };
    }
  }

  /** @throws UsageError nobody could be asked, which is better known before everything is exported */
  #requireSomebody(flags: CopyFlags, org: string): void {
    if (flags['dry-run'] || flags['no-prompt']) return;
    if (process.stdin.isTTY && !this.jsonEnabled()) return;
    throw new UsageError(messages.getMessage('error.CannotAsk', [org]), {
      actions: [messages.getMessage('action.NoPrompt')],
    });
  }

  /** @throws DeclinedError the answer was no */
  async #ask({ surveys }: Surveyed, org: string): Promise<void> {
    const sent = surveys
      .map(({ levels, updates = [] }) => [...levels, ...updates].reduce((sum, rows) => sum + rows, 0))
      .filter((rows) => rows > 0);
    const records = sent.reduce((sum, rows) => sum + rows, 0);
    const objects = formatObjects(sent.length);
    const message = messages.getMessage('question', [formatRecords(records), objects, org]);
    if (!(await saysYes(this, message))) throw new DeclinedError(messages.getMessage('declined'));
  }
}

/** Looks at once whether the report can be written. */
async function reportPathOf({ report, 'results-dir': resultsDir }: CopyFlags): Promise<string | undefined> {
  if (report === undefined) return undefined;
  const { reportPlace } = await import('../report/report-place.js');
  return reportPlace(report, { resultsDir });
}

function planFor(flags: CopyFlags, file: CopyPlanFile, planned: PlannedCopy): CopyPlan {
  const { owners } = file;
  const { 'known-ids': knownIds, 'output-dir': outputDir, 'results-dir': resultsDir } = flags;
  const folder = outputDir === undefined ? undefined : resolve(outputDir);
  const names = planned.objects.map(({ object }) => object);
  return {
    ...planned,
    ...(folder === undefined ? {} : { output: { folder, plan: folderPlan(file, names) } }),
    ...(owners === undefined ? {} : { owners }),
    ...(knownIds === undefined ? {} : { knownIds: knownIds.map((folder) => resolve(folder)) }),
    resultsDir: folder ?? resolve(resultsDir ?? defaultFolder()),
    concurrency: flags.concurrency,
    retries: flags['retry-failed'],
    ...(flags['stop-on-error'] ? { stopsOnError: true } : {}),
    isAgreed: flags['no-prompt'] && !flags['dry-run'],
  };
}

/** A folder of its own for each copy: files of two of them have the same names. */
function defaultFolder(): string {
  return `copy-${new Date().toISOString().replace(/[-:]/g, '').slice(0, 15)}`;
}
