import { openJournal, type Journal } from '../journal/journal.js';
import { journalVersion, type ExportPlan, type JournalRecord } from '../journal/record.js';
import type { RunView } from '../journal/store.js';
import type { RunContext } from '../run-context.js';
import { ExportRun, type ExportOptions, type ExportResult } from './export-run.js';

/** Runs a query job from its start to a complete output: submit, wait, pages. */
export async function runExport(
  plan: ExportPlan,
  options: ExportOptions,
  context: RunContext,
): Promise<ExportResult> {
  await context.store.prune();
  const { runId, journal } = await context.store.create();
  const at = new Date().toISOString();
  await journal.append({ type: 'export', version: journalVersion, at, org: context.org, plan });
  return finishing(journal, new ExportRun({ runId, plan, journal, options, context }).run());
}

/** Takes an interrupted export to its end. */
export async function resumeExport(
  view: RunView,
  options: ExportOptions,
  context: RunContext,
): Promise<ExportResult> {
  const journal = await openJournal(view.path);
  const plan = planOf(journal.replayed);
  return finishing(journal, new ExportRun({ runId: view.runId, plan, journal, options, context }).run());
}

async function finishing<T>(journal: Journal, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    await journal.close();
  }
}

function planOf(records: readonly JournalRecord[]): ExportPlan {
  const first = records[0];
  if (first?.type !== 'export') throw new TypeError('This run is not an export.');
  return first.plan;
}
