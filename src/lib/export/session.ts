import type { OrgApi } from '../api/port.js';
import { queryJobs, type QueryJobs } from '../api/query-jobs.js';
import { withRetry } from '../api/retry.js';
import type { DescribeOf } from '../describe/describe.js';
import type { Events } from '../events.js';
import type { Journal } from '../run/journal.js';
import type { ExportPlan, IdsOutcome } from '../run/export-plan.js';
import type { RunContext } from '../run/context.js';
import type { WaitFor } from '../jobs/deadline.js';
import { objectOf } from '../soql/outline.js';
import type { ExportEvents } from './events.js';
import type { OpenSink } from './sinks/sink.js';
import type { SObjectDescribe } from '../api/types.js';
import { describeColumnTypes, type ColumnTypes } from '../describe/column-types.js';

/** How an export is followed, and where its records go. */
export type ExportOptions = {
  readonly wait: WaitFor;
  readonly openSink: OpenSink;
  readonly events: Events<ExportEvents>;
  /** Describes that are at hand already; by default the org is asked for those that the output's types need. */
  readonly describeOf?: DescribeOf;
  /** The run that `planIds` has kept the ids for. Default: a run of its own. */
  readonly runId?: string | undefined;
};

/** One run of an export, and the ports that its steps work through. */
export type ExportSession = ExportSetup & {
  /** Repeats what may be repeated. */
  readonly api: OrgApi;
  readonly jobs: QueryJobs;
  /** Aborts when the caller stops the run, or another process has taken it over. */
  readonly signal: AbortSignal;
};

type ExportSetup = {
  readonly runId: string;
  readonly plan: ExportPlan;
  /** Held by this process; what it replayed tells where the run stands. */
  readonly journal: Journal;
  readonly options: ExportOptions;
  readonly context: RunContext;
};

export function exportSession(setup: ExportSetup): ExportSession {
  const { context, journal, options } = setup;
  const signal = AbortSignal.any([journal.lost, ...(context.signal === undefined ? [] : [context.signal])]);
  const api = withRetry(context.api, (notice) => options.events.emit('retry', notice), context.retryPolicy);
  return { ...setup, api, jobs: queryJobs(api, signal, objectOf(setup.plan.soql)), signal };
}

/** What an export has ended with, for its journal. */
export type ExportSummary = {
  /** Null: there is no output. */
  readonly rows: number | null;
  readonly ids?: IdsOutcome;
};

/**
 * Records that an export has ended, so that nobody finds it unfinished.
 * @param reason a sentence that says why there is no output, where the org does not give one
 */
export function endExport(journal: Journal, summary: ExportSummary, reason?: string): Promise<void> {
  const why = reason === undefined ? {} : { reason };
  return journal.append({ type: 'done', at: new Date().toISOString(), summary, ...why });
}

type TypesOf = (columns: readonly string[], object: string) => Promise<ColumnTypes | undefined>;

/** Tells the kinds of result columns, for the outputs that have kinds. CSV is bytes as the org sent them, but for plain numbers. */
export function resultTypes(plan: ExportPlan, describeOf: DescribeOf): TypesOf {
  const hasKinds = plan.outputDir !== undefined || !['csv', 'human'].includes(plan.format);
  return async (columns, object) =>
    (plan.typed && hasKinds) || plan.plainNumbers === true
      ? describeColumnTypes(columns, async (name) => (await describeOf(name)) ?? nothingKnown(name), object)
      : undefined;
}

/** Columns of an object that cannot be described are text. */
function nothingKnown(name: string): SObjectDescribe {
  return { name, label: name, keyPrefix: null, fields: [] };
}
