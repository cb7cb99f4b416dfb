import { Messages } from '@salesforce/core';
import { inputRowsOf, LoadRefusedError, type PartJob } from '../../lib/load/load.js';
import type { LoadAccount } from '../../lib/load/account.js';
import { JobFailedError } from '../../lib/jobs/errors.js';
import type { LoadPlan } from '../../lib/run/record.js';
import type { JobInfo } from '../../lib/api/types.js';
import { nextSteps } from './next-steps.js';
import { type Ending, type Outcome, outcomeOf } from './outcome.js';
import type { ReportFailure, ReportInput, ReportJob, ReportPage } from './page.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** What a page says beside what is known of the load itself. */
export type PageNotes = {
  readonly alias?: string | undefined;
  readonly failure?: (ReportFailure & { readonly ending: Ending }) | undefined;
  readonly warnings: readonly string[];
  readonly writtenAt: string;
};

/** The page of a load of this tool. */
export function loadPage(account: LoadAccount, notes: PageNotes): ReportPage {
  const { status, org, startedAt, endedAt, parts, abandoned, retryOf } = account;
  const { plan, successful, failed, unprocessed, files, errors } = status;
  const outcome = outcomeOf(account, notes.failure?.ending);
  return {
    operation: plan.operation,
    object: plan.object,
    externalId: plan.operation === 'upsert' ? (plan.externalId ?? 'Id') : plan.keyField,
    outcome,
    retryOf,
    org: { ...org, alias: notes.alias },
    startedAt,
    endedAt,
    counts: { input: inputRowsOf(plan), successful, failed, unprocessed, areFinal: files !== undefined },
    failure: failureOf(account, outcome, notes),
    problems: [],
    errors,
    jobs: parts.map(reportJob),
    inputs: inputsOf(plan),
    setAsideRows: plan.setAside?.rows,
    files,
    warnings: [...(plan.warnings ?? []), ...notes.warnings],
    notes: abandoned.map(({ jobId, reason }) => messages.getMessage('note.abandoned', [jobId, reason])),
    nextSteps: nextSteps(account, outcome),
    writtenAt: notes.writtenAt,
  };
}

/** What was thrown, or what the org says of a job that it has ended as a whole. */
function failureOf(
  { status, refusal }: LoadAccount,
  outcome: Outcome,
  { failure }: PageNotes,
): ReportFailure | undefined {
  if (refusal !== undefined) return failure ?? { message: refusal, actions: [] };
  if (outcome !== 'failed') return undefined;
  if (failure !== undefined) return failure;
  if (status.halt?.cause === 'refused') return new LoadRefusedError(status.halt, status.jobIds.length > 0);
  const broken = status.jobs.find(({ state }) => state === 'Failed' || state === 'Aborted');
  return broken && new JobFailedError(broken);
}

function inputsOf({ sources, parts, setAside }: LoadPlan): ReportInput[] {
  const unsentIn = unsentByFile(sources, setAside);
  const segments = parts.flatMap((part) => part.segments);
  const bySource = Map.groupBy(segments, ({ source }) => source);
  return sources.map(({ name, bytes, spooled }, index) => {
    const pieces = bySource.get(index) ?? [];
    const sent = pieces.reduce((sum, { rows }) => sum + rows, 0);
    const unsent = unsentIn === undefined ? undefined : (unsentIn[name] ?? 0);
    return {
      name,
      bytes,
      rows: sent + (unsent ?? 0),
      unsent,
      // The bytes of a file that was written anew for the org are not those that its owner has.
      pieces: spooled ? [] : pieces,
    };
  });
}

/** How many rows of which file were not sent; undefined where there are none, or nobody knows of which they are. */
function unsentByFile(
  sources: LoadPlan['sources'],
  setAside: LoadPlan['setAside'],
): Readonly<Record<string, number>> | undefined {
  if (setAside === undefined) return undefined;
  const { rows, byFile = {} } = setAside;
  const names = sources.map(({ name }) => name);
  if (new Set(names).size < names.length) return undefined;
  const known = names.reduce((sum, name) => sum + (byFile[name] ?? 0), 0);
  if (known === rows) return byFile;
  // All that a load of one file has not sent is of that file.
  return names.length === 1 ? { [names[0] ?? '']: rows } : undefined;
}

/** A job of a load of this tool, which knows what it has sent. */
export function reportJob({ part, jobId, state, info, isRetry }: PartJob): ReportJob {
  const { rows, bytes } = part;
  const told = info === undefined ? {} : jobFacts(info);
  // Rows that are in no job have no state in the org.
  return { id: jobId, ...(jobId === undefined ? {} : { state }), ...told, rows, bytes, isRetry };
}

/** What the org says of a job. */
export function jobFacts(info: JobInfo): ReportJob {
  return {
    id: info.id,
    state: info.state,
    processed: info.numberRecordsProcessed,
    failed: info.numberRecordsFailed,
    retries: info.retries,
    createdAt: info.createdDate,
    processingMs: info.totalProcessingTime,
    apexMs: info.apexProcessingTime,
    errorMessage: info.errorMessage,
    isRetry: false,
  };
}
