import type { Org } from '@salesforce/core';
import { ApiError } from '../../lib/api/errors.js';
import { isSameObject } from '../../lib/api/job-answer.js';
import { restApi } from '../../lib/api/rest.js';
import { withRetry } from '../../lib/api/retry.js';
import type { JobInfo } from '../../lib/api/types.js';
import { noObjectText } from '../../lib/describe/no-object.js';
import { UsageError } from '../../lib/errors.js';
import { placeOf } from '../../lib/export/export.js';
import { isThere } from '../../lib/files/file-facts.js';
import { listJobs } from '../../lib/jobs/list.js';
import type { RunContext } from '../../lib/run/context.js';
import { isSameOrg, type OrgIdentity } from '../../lib/run/org.js';
import { copyOf, isFinished, jobIdsOf, type RunView } from '../../lib/run/store.js';
import { contextOf } from '../org-context.js';
import { timeOfSpan } from '../units.js';
import { unreadableRunTexts } from './job-context.js';

/** A job, and the first job of the load of this tool that it belongs to. */
export type ListedJob = JobInfo & { load?: string };

/** A load that has not finished. */
export type ListedLoad = {
  runId: string;
  /** Of the first job; null where there is none yet. */
  jobId: string | null;
  operation: string;
  object: string;
  startedAt: string;
};

/** A copy that has not finished, from this org or into it. */
export type ListedCopy = { runId: string; objects: string[]; startedAt: string };

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
  unfinishedLoads: ListedLoad[];
  unfinishedCopies: ListedCopy[];
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
  const { 'target-org': org, sobject } = flags;
  const context = await contextOf(org, flags['api-version'], signal);
  try {
    const runs = await context.store.list();
    const loads = loadsByJob(runs);
    const jobs = await listJobs(
      withRetry(context.api),
      {
        type: flags.type,
        state: flags.state,
        object: sobject,
        operation: flags.operation,
        createdById: flags.all ? undefined : await userIdOf(org, context),
        since: flags.since === undefined ? undefined : timeOf(flags.since),
      },
      context.signal,
    );
    const listed = jobs.map((job) => ({ ...job, load: loads.get(job.id.slice(0, 15)) }));
    const unfinished = runs.filter(({ records }) => !isFinished(records));
    const noObject = jobs.length > 0 || sobject === undefined ? undefined : await missing(sobject, context);
    return {
      report: {
        jobs: grouped(listed),
        unfinishedLoads: loadsIn(unfinished, context.org),
        unfinishedCopies: copiesIn(unfinished, context.org),
        interruptedChanges: changesIn(unfinished, context.org),
        unfinishedExports: await exportsIn(unfinished, context.org),
      },
      warnings: [...unreadableRunTexts(runs), ...(noObject === undefined ? [] : [noObject])],
    };
  } finally {
    await context.close();
  }
}

/** What to say of an object that the org does not have; undefined for one that it has. */
async function missing(object: string, { api, signal }: RunContext): Promise<string | undefined> {
  const names = await restApi(withRetry(api), signal).objectNames().catch(ignoreRefusal);
  if (names === undefined || names.some((name) => isSameObject(name, object))) return undefined;
  return noObjectText(object, { objectNames: () => Promise.resolve(names) });
}

/** Not every user may list the objects. */
function ignoreRefusal(error: unknown): undefined {
  if (!(error instanceof ApiError)) throw error;
}

function loadsIn(runs: readonly RunView[], org: OrgIdentity): ListedLoad[] {
  return runs.flatMap((run) => {
    const first = run.records[0];
    // Parts of a copy are resumed with it.
    if (first?.type !== 'load' || copyOf(run) !== undefined || !isSameOrg(first.org, org)) return [];
    const { operation, object } = first.plan;
    return [
      { runId: run.runId, jobId: jobIdsOf(run.records)[0] ?? null, operation, object, startedAt: first.at },
    ];
  });
}

function copiesIn(runs: readonly RunView[], org: OrgIdentity): ListedCopy[] {
  return runs.flatMap(({ runId, records: [first] }) => {
    if (first?.type !== 'copy') return [];
    const orgs = [first.org, ...(first.source === undefined ? [] : [first.source])];
    if (!orgs.some((each) => isSameOrg(each, org))) return [];
    return [{ runId, objects: first.plan.objects.map(({ object }) => object), startedAt: first.at }];
  });
}

function changesIn(runs: readonly RunView[], org: OrgIdentity): ListedChange[] {
  return runs.flatMap(({ runId, records: [first] }) => {
    if (first?.type !== 'change' || !isSameOrg(first.org, org)) return [];
    const { operation, object } = first.plan;
    return [{ runId, operation, object, startedAt: first.at }];
  });
}

async function exportsIn(runs: readonly RunView[], org: OrgIdentity): Promise<ListedExport[]> {
  const found = runs.map(async (run): Promise<ListedExport[]> => {
    const [first] = run.records;
    if (first?.type !== 'export' || copyOf(run) !== undefined || !isSameOrg(first.org, org)) return [];
    const place = placeOf(first.plan);
    if (place === undefined || place.kind === 'stream') return [];
    const { path, partial } = place;
    return [
      {
        runId: run.runId,
        jobId: jobIdsOf(run.records)[0] ?? null,
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
