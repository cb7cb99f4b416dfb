import type { Org } from '@salesforce/core';
import { restApi } from '../../lib/api/rest.js';
import { withRetry } from '../../lib/api/retry.js';
import type { JobInfo } from '../../lib/api/types.js';
import { UsageError } from '../../lib/errors.js';
import { placeOf } from '../../lib/export/export.js';
import { isThere } from '../../lib/files/file-facts.js';
import { listJobs } from '../../lib/jobs/list.js';
import type { RunContext } from '../../lib/run/context.js';
import { isSameOrg, type OrgIdentity } from '../../lib/run/org.js';
import { isFinished, jobIdsOf, type RunView } from '../../lib/run/store.js';
import { contextOf } from '../org-context.js';
import { timeOfSpan } from '../units.js';
import { unreadableRunTexts } from './job-context.js';

/** A job, and the first job of the load of this tool that it belongs to. */
export type ListedJob = JobInfo & { load?: string };

/** An interrupted change by query over SObject Collections, which the org has no job for. */
export type ListedChange = { runId: string; operation: string; object: string; startedAt: string };

/** An export that has not finished, and the file or folder that has what came so far. */
export type ListedExport = {
  runId: string;
  jobId: string | null;
  outputPath: string;
  /** Null where there is none yet. */
  partialPath: string | null;
  startedAt: string;
};

export type JobListReport = {
  jobs: ListedJob[];
  interruptedChanges: ListedChange[];
  unfinishedExports: ListedExport[];
};

export type JobListFlags = {
  readonly 'target-org': Org;
  readonly 'api-version'?: string | undefined;
  readonly type?: 'ingest' | 'query' | undefined;
  readonly state?: string | undefined;
  readonly sobject?: string | undefined;
  readonly operation?: string | undefined;
  readonly all: boolean;
  readonly since?: string | undefined;
};

/**
 * Lists jobs, those of one load side by side.
 * @returns what to say of journals that can't be read too: whose jobs theirs are is not known
 * @throws UsageError
 */
export async function jobList(
  flags: JobListFlags,
  signal: AbortSignal,
): Promise<{ report: JobListReport; warnings: string[] }> {
  const org = flags['target-org'];
  const context = await contextOf(org, flags['api-version'], signal);
  try {
    const runs = await context.store.list();
    const loads = loadsByJob(runs);
    const jobs = await listJobs(
      withRetry(context.api),
      {
        type: flags.type,
        state: flags.state,
        object: flags.sobject,
        operation: flags.operation,
        createdById: flags.all ? undefined : await userIdOf(org, context),
        since: flags.since === undefined ? undefined : timeOf(flags.since),
      },
      context.signal,
    );
    const listed = jobs.map((job) => ({ ...job, load: loads.get(job.id.slice(0, 15)) }));
    const interruptedChanges = interruptedIn(runs, context.org);
    const unfinishedExports = await unfinishedIn(runs, context.org);
    return {
      report: { jobs: grouped(listed), interruptedChanges, unfinishedExports },
      warnings: unreadableRunTexts(runs),
    };
  } finally {
    await context.close();
  }
}

function interruptedIn(runs: readonly RunView[], org: OrgIdentity): ListedChange[] {
  return runs.flatMap(({ runId, records }) => {
    const [first] = records;
    if (first?.type !== 'change' || isFinished(records) || !isSameOrg(first.org, org)) return [];
    const { operation, object } = first.plan;
    return [{ runId, operation, object, startedAt: first.at }];
  });
}

async function unfinishedIn(runs: readonly RunView[], org: OrgIdentity): Promise<ListedExport[]> {
  const found = runs.map(async ({ runId, records }): Promise<ListedExport[]> => {
    const [first] = records;
    if (first?.type !== 'export' || isFinished(records) || !isSameOrg(first.org, org)) return [];
    const place = placeOf(first.plan);
    if (place === undefined || place.kind === 'stream') return [];
    const { path, partial } = place;
    return [
      {
        runId,
        jobId: jobIdsOf(records)[0] ?? null,
        outputPath: path,
        partialPath: (await isThere(partial)) ? partial : null,
        startedAt: first.at,
      },
    ];
  });
  return (await Promise.all(found)).flat();
}

function loadsByJob(runs: readonly RunView[]): Map<string, string> {
  const loads = new Map<string, string>();
  for (const { records } of runs) {
    const ids = jobIdsOf(records);
    for (const id of ids) loads.set(id.slice(0, 15), ids[0] ?? id);
  }
  return loads;
}

/** Jobs of a load come together, at the place of its newest. */
function grouped(jobs: readonly ListedJob[]): ListedJob[] {
  const byLoad = Map.groupBy(jobs, ({ id, load }) => load ?? id);
  return [...byLoad.values()].flat();
}

async function userIdOf(org: Org, { api, signal }: RunContext): Promise<string> {
  const { userId } = org.getConnection().getAuthInfoFields();
  return userId ?? restApi(withRetry(api), signal).userId();
}

/** A point in time, or a span before now: `2026-11-01`, `90m`, `24h`, `7d`. */
function timeOf(text: string): Date {
  const time = timeOfSpan(text) ?? new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new UsageError(`"${text}" is not a time.`, {
    actions: ['Write a date, such as 2026-11-01, or a span, such as 24h or 7d.'],
  });
}
