import { Messages } from '@salesforce/core';
import type { SfCommand } from '@salesforce/sf-plugins-core';
import { UsageError, Bulk2Error } from '../../lib/errors.js';
import { loadStatusOf } from '../../lib/load/load.js';
import { UnreadableJournalError } from '../../lib/run/errors.js';
import { firstOf } from '../../lib/parallel.js';
import type { JournalRecord } from '../../lib/run/record.js';
import {
  copyOf,
  isFinished,
  isRunId,
  jobIdsOf,
  nameOfRun,
  runStore,
  type RunView,
} from '../../lib/run/store.js';
import { isSameOrg, requireOwnOrg, runOrgOf } from '../../lib/run/org.js';
import { contextOf, stateFolder, type OrgContext } from '../org-context.js';
import { requireNoCopy } from './copy-run.js';
import { orgOfJob, type OrgFlags } from '../org-of-job.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job');

export type JobFlags = OrgFlags & {
  readonly id?: string | undefined;
  readonly 'use-most-recent'?: boolean | undefined;
};

export type JobContext = OrgContext;

/** A job, its run, and the ports to its org. */
export type FoundRun = JobOfRun & { readonly context: JobContext };

/**
 * The run of this tool that has this job, or this id.
 * @throws JournalDamagedError | JournalVersionError
 * @throws UsageError there is no run of this id
 */
export async function findRun(id: string): Promise<RunView | undefined> {
  const store = runStore(stateFolder());
  if (!isRunId(id)) return store.findByJobId(id);
  const run = await store.find(id);
  if (run === undefined) throw new UsageError(messages.getMessage('error.NoRun', [id]));
  if (run.damage !== undefined) throw run.damage;
  return run;
}

/** A job, the run that it belongs to if that can be read, and what tells in which org it began. */
export type JobOfRun = {
  readonly jobId: string;
  readonly run: RunView | undefined;
  /** The journal's records; of a journal that can't be read, the first one if it can. Empty for a foreign job. */
  readonly origin: readonly JournalRecord[];
  /** Why the run can't be read. */
  readonly damage?: UnreadableJournalError;
};

export function jobOfRun(jobId: string, run: RunView | undefined): JobOfRun {
  return { jobId, run, origin: run?.records ?? [] };
}

/** The same for who only asks the org: it knows of a job what a journal that cannot be read does not tell. */
export async function findReadableRun(jobId: string): Promise<JobOfRun> {
  try {
    return jobOfRun(jobId, await findRun(jobId));
  } catch (error) {
    if (!(error instanceof UnreadableJournalError)) throw error;
    return { jobId, run: undefined, origin: error.first === undefined ? [] : [error.first], damage: error };
  }
}

/** Whether a run began in an org, if one is named. A login doesn't always know its org's id; addresses decide then. */
function isIn(org: OrgFlags['target-org']): (run: RunView) => boolean {
  if (org === undefined) return () => true;
  const { instanceUrl } = org.getConnection();
  const { orgId } = org.getConnection().getAuthInfoFields();
  const named = { instanceUrl, ...(orgId === undefined ? {} : { orgId }) };
  return ({ records }) => {
    const began = runOrgOf(records);
    return began === undefined || isSameOrg(began, named);
  };
}

/**
 * The run that was started last and has not ended, in the org if one is named. Journals that can't be read are warned of: one of them may be the
 * run that is meant.
 * @throws UsageError there is none
 */
export async function mostRecentRun(
  voice: Pick<SfCommand<unknown>, 'warn'>,
  { 'target-org': org }: OrgFlags,
): Promise<RunView> {
  const isInOrg = isIn(org);
  const runs = await runStore(stateFolder()).list();
  const unreadable = unreadableRunTexts(runs);
  // Parts of a copy are resumed with it.
  const open = runs.find(
    (run) => run.records.length > 0 && !isFinished(run.records) && copyOf(run) === undefined && isInOrg(run),
  );
  if (open === undefined) {
    throw new UsageError(messages.getMessage('error.NothingToResume'), { actions: unreadable });
  }
  for (const text of unreadable) voice.warn(text);
  return open;
}

/**
 * The run that was started last, finished or not, in the org if one is named; of a part of a copy, the copy.
 * @param withExports whether it may be an export
 * @throws UsageError there is none
 */
export async function lastRun({
  withExports,
  'target-org': org,
}: OrgFlags & { readonly withExports: boolean }): Promise<RunView> {
  const isInOrg = isIn(org);
  const store = runStore(stateFolder());
  const last = await firstOf(store.each(), (run) => {
    const { records } = run;
    const [first, ...others] = records;
    if (!isInOrg(run)) return false;
    if (first?.type === 'change' || first?.type === 'copy') return true;
    const isOfKind = first?.type === 'load' || (withExports && first?.type === 'export');
    return isOfKind && (jobIdsOf(others).length > 0 || isFinished(records));
  });
  const copy = last && copyOf(last);
  const found = copy === undefined ? last : ((await store.find(copy)) ?? last);
  if (found !== undefined) return found;
  throw new UsageError(messages.getMessage('error.NothingStarted'), {
    actions: [messages.getMessage('error.NothingStartedAction')],
  });
}

/** What `--id` names, or what the run that was started last is named by: see `lastRun`. */
export async function idOrLast(
  { id, ...org }: OrgFlags & Pick<JobFlags, 'id'>,
  { withExports = false }: { readonly withExports?: boolean } = {},
): Promise<string> {
  return id ?? nameOfRun(await lastRun({ ...org, withExports }));
}

/** The ports to a job's org. @throws UsageError the org is not known, or is another one than the run began in */
export async function contextForJob(
  { jobId, origin }: Pick<JobOfRun, 'jobId' | 'origin'>,
  flags: OrgFlags,
  signal: AbortSignal,
): Promise<JobContext> {
  const { org, apiVersion } = await orgOfJob(jobId, origin, flags);
  const context = await contextOf(org, apiVersion, signal);
  try {
    await requireOwnOrg(origin, context);
    return context;
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** Finds the job that the flags name. */
export async function openJob(
  flags: JobFlags & { readonly id: string },
  signal: AbortSignal,
): Promise<FoundRun> {
  const found = await findReadableRun(flags.id);
  if (found.run !== undefined) requireNoCopy(found.run);
  const job =
    isRunId(flags.id) && found.run !== undefined ? { ...found, jobId: nameOfRun(found.run) } : found;
  return { ...job, context: await contextForJob(job, flags, signal) };
}

/** The jobs of the load that a job belongs to, or the job alone. */
export function jobsOf({ jobId, run }: JobOfRun): string[] {
  if (run === undefined) return [jobId];
  // Jobs that were given up on the way are none of the load's any more.
  const jobIds = loadStatusOf(run.runId, run.records)?.jobIds ?? jobIdsOf(run.records);
  return jobIds.length === 0 ? [jobId] : [...jobIds];
}

/** Says of each run whose journal can't be read what is wrong with it, and what to do. */
export function unreadableRunTexts(runs: readonly RunView[]): string[] {
  return runs.flatMap(({ damage }) => {
    if (damage === undefined) return [];
    const actions = damage instanceof Bulk2Error ? damage.actions : [];
    return [[damage.message, ...actions].join('\n  ')];
  });
}
