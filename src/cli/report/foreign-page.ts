import type { JobInfo } from '../../lib/api/types.js';
import type { PerResultFile } from '../../lib/load/load.js';
import type { ForeignFailures } from '../../lib/load/foreign-job.js';
import { JobFailedError } from '../../lib/jobs/errors.js';
import { hasEnded } from '../../lib/jobs/poll.js';
import type { RunOrg } from '../../lib/run/record.js';
import { jobFacts, type PageNotes } from './load-page.js';
import { foreignSteps } from './next-steps.js';
import { notesOn, type Told } from './notes.js';
import { outcomeOfJob } from './outcome.js';
import type { ReportOrg, ReportPage } from './page.js';

/** What is known of the rows of a job, and its files once they are collected. */
export type ForeignRows = ForeignFailures & { readonly paths?: PerResultFile<string | null> };

/** The page of a job that another tool created, as far as the org tells. */
export async function foreignJobPage(
  info: JobInfo,
  org: RunOrg,
  { outcome, told = {} }: { readonly outcome?: ForeignRows | undefined; readonly told?: Told },
): Promise<ReportPage> {
  const { numberRecordsFailed: failed = 0 } = info;
  return foreignPage(info, outcome ?? { failed, unprocessed: 0, errors: [] }, await notesOn(org, told), org);
}

/** The same, of what is known already. */
export function foreignPage(
  info: JobInfo,
  { failed, unprocessed, errors, paths: files }: ForeignRows,
  notes: PageNotes,
  org: ReportOrg,
): ReportPage {
  const processed = info.numberRecordsProcessed ?? 0;
  const areFinal = hasEnded(info.state);
  const outcome = outcomeOfJob(info, notes.failure?.ending);
  return {
    operation: info.operation,
    object: info.object,
    externalId: info.externalIdFieldName,
    outcome,
    org: { ...org, alias: notes.alias },
    startedAt: info.createdDate,
    endedAt: areFinal ? info.systemModstamp : undefined,
    counts: {
      input: processed + unprocessed,
      successful: processed - failed,
      failed,
      unprocessed,
      areFinal,
    },
    failure: outcome === 'failed' ? (notes.failure ?? new JobFailedError(info)) : undefined,
    problems: [],
    errors,
    jobs: [{ ...jobFacts(info), rows: areFinal ? processed + unprocessed : undefined }],
    inputs: [],
    files,
    warnings: notes.warnings,
    nextSteps: foreignSteps(info, org, files),
    writtenAt: notes.writtenAt,
  };
}
