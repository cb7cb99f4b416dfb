import { UsageError } from '../errors.js';
import type { Journal } from '../run/journal.js';
import { openInterrupted } from '../run/open-interrupted.js';
import type { ExportPlan } from '../run/export-plan.js';
import type { JournalRecord } from '../run/record.js';
import { jobIdsOf, type RunView } from '../run/store.js';
import type { RunContext } from '../run/context.js';
import { requireOwnOrg } from '../run/org.js';
import { withinWait } from '../run/within-wait.js';
import { endExport } from './end-export.js';
import { beginExport } from './begin.js';
import { exportRun, type ExportResult } from './export-run.js';
import { exportSession, type ExportOptions } from './session.js';

/**
 * Runs a query job from its start to a complete output: submit, wait, pages.
 *
 * @throws JobFailedError the org could not run the query
 * @throws RowCountError pages are missing or too many; no output appears
 * @throws PollingTimeoutError the wait ran out; `resumeExport` goes on
 * @throws OutputError | OutputClosedError the output takes no more
 * @throws UsageError the output can't be written; nothing was sent
 */
export function runExport(
  plan: ExportPlan,
  options: ExportOptions,
  context: RunContext,
): Promise<ExportResult> {
  return withinWait(options.wait, context, (bounded) => runWithin(plan, options, bounded));
}

async function runWithin(
  asked: ExportPlan,
  options: ExportOptions,
  context: RunContext,
): Promise<ExportResult> {
  const { runId, plan, journal, replaced } = await beginExport(asked, context);
  return finishing(journal, async () => {
    options.events.emit('begun', { isResumable: plan.place?.kind !== 'stream' });
    if (replaced.length > 0) options.events.emit('replaced', { jobIds: replaced });
    return exportRun(exportSession({ runId, plan, journal, options, context }));
  });
}

/**
 * Takes an interrupted export to its end, from the last page that its output has. Throws as `runExport` does.
 * @throws UsageError the export is complete, another one to the same output has taken its place, or
 *   it began in another org
 * @throws RunLockedError another process works on it
 */
export function resumeExport(
  run: RunView,
  options: ExportOptions,
  context: RunContext,
): Promise<ExportResult> {
  return withinWait(options.wait, context, (bounded) => resumeWithin(run, options, bounded));
}

async function resumeWithin(
  { runId }: RunView,
  options: ExportOptions,
  context: RunContext,
): Promise<ExportResult> {
  const { deadline } = context;
  const journal = await openInterrupted({ runId, deadline, events: options.events, syncs: false }, context);
  return finishing(journal, async () => {
    await requireOwnOrg(journal.replayed, context);
    const plan = planOf(journal.replayed);
    requireUnfinished(plan, journal.replayed);
    await requireNoStream(plan, journal);
    return exportRun(exportSession({ runId, plan, journal, options, context }));
  });
}

async function finishing<T>(journal: Journal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await journal.close();
  }
}

/** What went to standard output can be had again; a file is there, or has been given up for another one. */
function requireUnfinished({ outputFile, outputDir }: ExportPlan, records: readonly JournalRecord[]): void {
  const output = outputFile ?? outputDir;
  if (output === undefined || records.at(-1)?.type !== 'done') return;
  throw new UsageError(`This export has ended; there is nothing left to write to ${output}.`, {
    actions: ['Run the query again to export anew.'],
  });
}

/** What a pipe or a device has taken is not known, and can't be taken back. Nobody should find it unfinished again. */
async function requireNoStream({ place }: ExportPlan, journal: Journal): Promise<void> {
  if (place?.kind !== 'stream') return;
  await endExport(journal, null);
  const [jobId] = jobIdsOf(journal.replayed);
  throw new UsageError(`This export went to ${place.path}, a stream, and can't be resumed.`, {
    actions: [
      jobId === undefined
        ? 'Run the query again.'
        : `Get the records again: sf bulk2 job results --id ${jobId} --output-file FILE`,
    ],
  });
}

/** The plan of a run that is an export. */
export function planOf(records: readonly JournalRecord[]): ExportPlan {
  const first = records[0];
  if (first?.type !== 'export') throw new TypeError('This run is not an export.');
  return first.plan;
}
