import { rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Messages, type Org } from '@salesforce/core';
import { restApi } from '../../lib/api/rest.js';
import { withRetry } from '../../lib/api/retry.js';
import { startCopy } from '../../lib/copy/copy.js';
import { maskingOf } from '../../lib/copy/masking.js';
import { readPlanFile, type CopyPlanFile } from '../../lib/copy/plan-file.js';
import { resolvePlan, type PlanOrg } from '../../lib/copy/resolve-plan.js';
import type { AskForCopy } from '../../lib/copy/work.js';
import { describer } from '../../lib/describe/describe.js';
import { UsageError } from '../../lib/errors.js';
import type { CopyPlan } from '../../lib/run/copy-record.js';
import type { RunContext } from '../../lib/run/context.js';
import { isSameOrg, orgOf } from '../../lib/run/org.js';
import { Bulk2Command } from '../bulk2-command.js';
import { orgText } from '../by-query/by-query-text.js';
import { DeclinedError } from '../exit-codes.js';
import { interruption, promptTimeoutMs } from '../load/if-interrupted.js';
import { waitOf } from '../wait.js';
import { contextOf } from '../org-context.js';
import { shown } from '../shown.js';
import { formatRecords } from '../units.js';
import type { CopyReport } from './copy-report.js';
import { forecast, forecastLines } from './copy-forecast.js';
import { CopySession } from './copy-session.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.copy');

/** Flags of a copy, parsed. */
export type CopyFlags = {
  readonly 'source-org': Org;
  readonly 'target-org': Org;
  readonly 'api-version'?: string | undefined;
  readonly plan?: string | undefined;
  readonly sobject?: readonly string[] | undefined;
  readonly 'known-ids'?: readonly string[] | undefined;
  readonly 'dry-run': boolean;
  readonly 'no-prompt': boolean;
  readonly wait?: number | undefined;
  readonly concurrency: number;
  readonly 'retry-failed': number;
  readonly 'stop-on-error': boolean;
  readonly 'results-dir'?: string | undefined;
  readonly 'mask-key-file'?: string | undefined;
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
  readonly #session = new CopySession(this);

  protected override progressSoFar(): unknown {
    return this.#session.effort;
  }

  protected override resumeFlags(): string | undefined {
    return this.#session.resumeFlags;
  }

  protected async copy(flags: CopyFlags): Promise<CopyReport> {
    const signal = this.stopSignal();
    const file = await planFileOf(flags, signal);
    const apiVersion = flags['api-version'];
    const source = await contextOf(flags['source-org'], apiVersion, signal);
    const target = await contextOf(flags['target-org'], apiVersion, signal);
    const contexts = { source, target };
    this.#session.inOrgs(contexts);
    try {
      const org = await orgText(target);
      this.#requireSomebody(flags, org);
      await requireTwoOrgs(contexts);
      const orgs = { source: planOrg(source), target: planOrg(target) };
      const objects = await resolvePlan(file, orgs, { hasKnownIds: flags['known-ids'] !== undefined });
      const masking = await maskingOf(objects, { keyFile: flags['mask-key-file'], source: orgs.source });
      const plan = { ...planFor(flags, file, objects), ...masking };
      return await this.#run(plan, flags, { contexts, org });
    } finally {
      this.display.clear();
      await Promise.all([source.close(), target.close()]);
    }
  }

  async #run(
    plan: CopyPlan,
    flags: CopyFlags,
    {
      contexts,
      org,
    }: {
      readonly contexts: { readonly source: RunContext; readonly target: RunContext };
      readonly org: string;
    },
  ): Promise<CopyReport> {
    const { events } = this.#session;
    const agree: AskForCopy = async (surveyed) => {
      this.display.clear();
      await this.#session.showPlan(surveyed);
      try {
        if (flags['dry-run']) throw new DryRunEnded(surveyed);
        if (!flags['no-prompt']) await this.#ask(surveyed, org);
      } catch (error) {
        // Whatever it is, nothing was sent, and the copy ends.
        this.#session.forget();
        // A folder that was made up for this copy has nothing in it.
        if (flags['results-dir'] === undefined) await rmdir(plan.resultsDir).catch(() => undefined);
        throw error;
      }
    };
    const wait = waitOf({ async: false, wait: flags.wait });
    try {
      return await this.#session.finish(await startCopy(plan, { events, wait, agree }, contexts));
    } catch (error) {
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
    const sent = surveys.flatMap(({ levels, updates = [] }) => [...levels, ...updates]);
    const records = sent.reduce((sum, rows) => sum + rows, 0);
    const message = shown(
      messages.getMessage('question', [formatRecords(records), String(surveys.length), org]),
    );
    const isYes = await this.confirm({ message, ms: promptTimeoutMs, defaultAnswer: false }).catch(
      interruption,
    );
    if (!isYes) throw new DeclinedError(messages.getMessage('declined'));
  }
}

async function planFileOf(flags: CopyFlags, signal: AbortSignal): Promise<CopyPlanFile> {
  if (flags.plan !== undefined) return readPlanFile(flags.plan, signal);
  return { objects: (flags.sobject ?? []).map((object) => ({ object })) };
}

/** @throws UsageError a copy into the org that it comes from would double every record */
async function requireTwoOrgs({
  source,
  target,
}: {
  readonly source: RunContext;
  readonly target: RunContext;
}): Promise<void> {
  if (!isSameOrg(await orgOf(source), await orgOf(target))) return;
  throw new UsageError(messages.getMessage('error.SameOrg'), {
    actions: [messages.getMessage('action.OtherOrg')],
  });
}

function planOrg({ api, signal }: RunContext): PlanOrg {
  const rest = restApi(withRetry(api), signal);
  return {
    describeOf: describer(rest),
    objectNames: rest.objectNames,
    records: (soql) => rest.records(soql),
  };
}

function planFor(flags: CopyFlags, { owners }: CopyPlanFile, objects: CopyPlan['objects']): CopyPlan {
  const knownIds = flags['known-ids'];
  return {
    objects,
    ...(owners === undefined ? {} : { owners }),
    ...(knownIds === undefined ? {} : { knownIds: knownIds.map((folder) => resolve(folder)) }),
    resultsDir: resolve(flags['results-dir'] ?? join('.', defaultFolder())),
    concurrency: flags.concurrency,
    retries: flags['retry-failed'],
    ...(flags['stop-on-error'] ? { stopsOnError: true } : {}),
    isAgreed: false,
  };
}

/** A folder of its own for each copy: files of two of them have the same names. */
function defaultFolder(): string {
  return `copy-${new Date().toISOString().replace(/[-:]/g, '').slice(0, 15)}`;
}
