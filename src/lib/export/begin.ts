import { removePartial } from '../files/output-place.js';
import type { Journal } from '../run/journal.js';
import { orgOf } from '../run/org.js';
import { type ExportPlan } from '../run/export-plan.js';
import { journalVersion } from '../run/record.js';
import type { RunContext } from '../run/context.js';
import { endExport } from './end-export.js';
import { claimOutput } from './claim-output.js';
import { placeOf, tryPlace, withPlace } from './sinks/place.js';

/** An export that is in its journal, and whose output has been tried. Nothing has been sent. */
export type BegunExport = {
  readonly runId: string;
  /** With the place of its output. */
  readonly plan: ExportPlan;
  /** Held by this process. */
  readonly journal: Journal;
  /** The first job of each interrupted export to the same output, which was given up. */
  readonly replaced: readonly string[];
};

/**
 * Begins an export: fixes where its output is made, makes the output its own, and tries it.
 * @throws UsageError the output can't be written, or another export is writing it; nothing is left
 */
export async function beginExport(asked: ExportPlan, context: RunContext): Promise<BegunExport> {
  const { store } = context;
  await store.prune();
  const org = await orgOf(context);
  const runId = await store.begin();
  const plan = await withPlace(asked, { id: runId, spareFolder: store.folder });
  const journal = await store.open(runId, { syncs: false });
  try {
    const at = new Date().toISOString();
    await journal.append({ type: 'export', version: journalVersion, at, org, plan });
    const place = placeOf(plan);
    if (place !== undefined) await tryPlace(place);
    const replaced = await claimOutput(plan, journal, store);
    return { runId, plan, journal, replaced };
  } catch (error) {
    // Nothing was sent, and nobody should find it unfinished.
    await endExport(journal, null);
    await removePartial(plan.place);
    await journal.close();
    throw error;
  }
}
