import { UsageError } from '../errors.js';
import { removePartial } from '../files/output-place.js';
import { RunLockedError } from '../run/errors.js';
import type { Journal } from '../run/journal.js';
import type { ExportPlan } from '../run/export-plan.js';
import { isFinished, jobIdsOf, type RunStore, type RunView } from '../run/store.js';
import { endExport } from './end-export.js';
import { placeOf } from './sinks/place.js';

/**
 * Makes an output this run's own: interrupted exports to the same file or folder are given up, since resuming them
 * would write into what this run writes.
 *
 * @returns the first job of each export that was given up
 * @throws UsageError an export to the same output is running
 */
export async function claimOutput(plan: ExportPlan, own: Journal, store: RunStore): Promise<string[]> {
  const output = outputOf(plan);
  if (output === undefined) return [];
  const others = (await store.list()).filter((view) => view.path !== own.path && isUnfinished(view, output));
  for (const view of others) await giveUp(view, output, store);
  return others.flatMap(({ records }) => jobIdsOf(records)[0] ?? []);
}

function isUnfinished({ records }: RunView, output: string): boolean {
  const [first] = records;
  return first?.type === 'export' && outputOf(first.plan) === output && !isFinished(records);
}

async function giveUp({ runId, records }: RunView, output: string, store: RunStore): Promise<void> {
  try {
    const journal = await store.open(runId);
    await endExport(journal, null);
    await journal.close();
    const [first] = records;
    if (first?.type === 'export') await removePartial(first.plan.place);
  } catch (error) {
    if (!(error instanceof RunLockedError)) throw error;
    throw new UsageError(`Another export is writing ${output}. ${error.message}`, {
      cause: error,
      actions: ['Wait for it to end, or name another output.', ...resumeOf(jobIdsOf(records)[0])],
    });
  }
}

/** Its process may be gone without this one being able to see it: a resume finds out. */
function resumeOf(jobId: string | undefined): string[] {
  return jobId === undefined ? [] : [`If its process is gone, finish it: sf bulk2 job resume --id ${jobId}`];
}

/** Behind all links: one folder may have several names. A stream is shared by whoever writes to it. */
function outputOf(plan: ExportPlan): string | undefined {
  const place = placeOf(plan);
  return place?.kind === 'stream' ? undefined : place?.path;
}
