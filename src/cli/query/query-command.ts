import { type Org, Messages } from '@salesforce/core';
import { restApi } from '../../lib/api/rest.js';
import { withRetry } from '../../lib/api/retry.js';
import { type DescribeOf, describer } from '../../lib/describe/describe.js';
import type { ExportPlan } from '../../lib/run/export-plan.js';
import {
  OutputClosedError,
  runExport,
  incrementalQuery,
  planIds,
  prepareQuery,
  type PreparedQuery,
  SoqlError,
} from '../../lib/export/export.js';
import type { RestExportOptions } from '../../lib/export/rest-export.js';
import type { RunContext } from '../../lib/run/context.js';
import { withinWait } from '../../lib/run/within-wait.js';
import { Bulk2Command } from '../bulk2-command.js';
import type { JsonDocument } from './json-stream.js';
import { contextOf } from '../org-context.js';
import { exitCodes } from '../exit-codes.js';
import { requireTaken } from './query-place.js';
import { type QueryReport, idsText, leftOutText, sinceText, unreadText } from './query-text.js';
import { misleadingExtension } from './query-format.js';
import { queryRequest, type QueryFlags, type QueryRequest } from './query-request.js';
import { QuerySession } from './query-session.js';
import { UsageError } from '../../lib/errors.js';

type OrgFlags = { readonly 'target-org': Org; readonly 'api-version'?: string };

/** What the commands that export records share. */
export abstract class QueryCommand extends Bulk2Command<QueryReport> {
  protected override readonly beginsWork = true;
  readonly #session = new QuerySession(this);

  /** With records in it the document was written as they came, and only its end is missing. */
  public override logJson(json: unknown): void {
    const plain = { ...(json as JsonDocument), ...{ stack: undefined, cause: undefined } };
    if (!this.#session.endJson(plain)) super.logJson(json);
  }

  protected override progressSoFar(): QueryReport | undefined {
    return this.#session.figures();
  }

  protected override nextSteps(): readonly string[] {
    return this.#session.nextSteps();
  }

  protected override resumeFlags(): string | undefined {
    return this.#session.resumeFlags;
  }

  protected async export(flags: QueryFlags & OrgFlags): Promise<QueryReport> {
    const signal = this.stopSignal();
    const surroundings = { isTerminal: process.stdout.isTTY, isJson: this.jsonEnabled() };
    const request = await queryRequest(flags, surroundings, signal);
    const misleading = misleadingExtension(flags['output-file'], flags['result-format']);
    if (misleading !== undefined) this.warn(messages.getMessage('query.misleading-extension', [misleading]));
    const context = await contextOf(flags['target-org'], flags['api-version'], signal);
    this.#session.inOrg(context);
    try {
      return await withinWait(request.wait, context, (bounded) => this.#run(request, bounded));
    } catch (error) {
      if (error instanceof OutputClosedError) await endQuietly(context);
      throw error;
    } finally {
      this.#session.quiet();
      await context.close();
    }
  }

  async #run(request: QueryRequest, context: RunContext): Promise<QueryReport> {
    const { through, wait } = request;
    const { events, openSink } = this.#session;
    const api = withRetry(context.api, (notice) => events.emit('retry', notice));
    const { describe, objectNames } = restApi(api, context.signal);
    const describeOf = describer({ describe });
    const prepared = await offerRest(prepareQuery(request.source, { describeOf, objectNames, through }));
    if (prepared.unread !== undefined) this.warn(unreadText(prepared.unread));
    if (prepared.leftOut.length > 0) this.#session.note(leftOutText(prepared.leftOut));
    const { plan, runId } = await this.#planOf(prepared, request, { describeOf, context });
    this.#session.begin(plan);
    const options = { wait, events, openSink, describeOf, shape: prepared.shape, runId };
    const result =
      through === 'rest'
        ? await exportOverRest(plan, options, context)
        : await runExport(plan, options, context);
    return this.#session.finish(plan, result);
  }

  async #planOf(
    { soql, shape }: PreparedQuery,
    { since, sinceField: field, ids: asked, plan }: QueryRequest,
    ports: { readonly describeOf: DescribeOf; readonly context: RunContext },
  ): Promise<{ readonly plan: ExportPlan; readonly runId?: string }> {
    if (since === undefined) await requireTaken(plan.outputFile, ports.context);
    if (asked !== undefined) {
      const describe = await ports.describeOf(shape?.object ?? '');
      const planned = await planIds({ ...asked, soql, describe }, ports.context);
      const { runId, ids } = planned;
      this.#session.note(idsText(planned, asked.input.name));
      return { plan: { ...plan, soql: planned.soql, ids }, runId };
    }
    if (since === undefined) return { plan: { ...plan, soql } };
    const output = plan.outputFile ?? plan.outputDir;
    const { operation } = plan;
    const request = {
      soql,
      operation,
      since,
      ...(field === undefined ? {} : { field }),
      ...(output === undefined ? {} : { output }),
    };
    const narrowed = await incrementalQuery(request, ports);
    const { mark } = narrowed;
    await requireTaken(plan.outputFile, ports.context, mark);
    this.#session.note(sinceText(narrowed));
    return { plan: { ...plan, soql: narrowed.soql, ...(mark === undefined ? {} : { mark }) } };
  }
}

async function exportOverRest(plan: ExportPlan, options: RestExportOptions, context: RunContext) {
  const { runRestExport } = await import('../../lib/export/rest-export.js');
  return { rows: await runRestExport(plan, options, context) };
}

/** The reader of a pipe has what it wanted. Ends here, since oclif would wait for standard output to drain. */
async function endQuietly(context: { close(): Promise<void> }): Promise<never> {
  await context.close();
  return process.exit(exitCodes.ok);
}

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.query');

/** Adds a way out to what a Bulk job cannot do and REST can. */
async function offerRest<T>(prepared: Promise<T>): Promise<T> {
  try {
    return await prepared;
  } catch (error) {
    if (!(error instanceof SoqlError) || !error.problems.every(({ restServes }) => restServes)) throw error;
    throw new UsageError(error.message, {
      cause: error,
      actions: [...error.actions, messages.getMessage('action.Rest')],
      data: error.data,
    });
  }
}
