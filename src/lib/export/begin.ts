import { isTaken } from '../files/file-facts.js';
import { removePartial } from '../files/output-place.js';
import type { Journal } from '../run/journal.js';
import { orgOf } from '../run/org.js';
import type { ExportPlan } from '../run/export-plan.js';
import { journalVersion } from '../run/record.js';
import type { RunContext } from '../run/context.js';
import { endExport } from './session.js';
import { placeOf, tryPlace, withPlace } from './sinks/place.js';
import { UsageError } from '../errors.js';
import { RunLockedError } from '../run/errors.js';
import { isFinished, jobIdsOf, nameOfRun, type RunStore, type RunView } from '../run/store.js';

/** An export that is in its journal, and whose output has been tried. Nothing has been sent. */
type BegunExport = {
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
 * @param begunId of the run, where there is room for it already
 * @throws UsageError the output can't be written, or a complete one waits to be put there; nothing is left
 * @throws RunLockedError another export is writing it
 */
export async function beginExport(
  asked: ExportPlan,
  context: RunContext,
  begunId?: string,
): Promise<BegunExport> {
  const { store } = context;
  await store.prune();
  const org = await orgOf(context);
  const runId = begunId ?? (await store.begin());
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
    try {
      await endExport(journal, { rows: null });
      await removePartial(plan.place);
    } finally {
      await journal.close();
    }
    throw error;
  }
}

/**
 * Makes an output this run's own: interrupted exports to the same file or folder are given up, since resuming them
 * would write into what this run writes.
 *
 * @returns the first job of each export that was given up
 * @throws RunLockedError an export to the same output is running
 * @throws UsageError one is complete, and has only not got its name
 */
async function claimOutput(plan: ExportPlan, own: Journal, store: RunStore): Promise<string[]> {
  const output = outputOf(plan);
  if (output === undefined) return [];
  const others: RunView[] = [];
  for await (const run of store.each()) {
    if (run.path !== own.path && isUnfinished(run, output)) others.push(run);
  }
  for (const view of others) await requireIncomplete(view, output);
  for (const view of others) await abandon(view, output, store);
  return others.flatMap(({ records }) => jobIdsOf(records)[0] ?? []);
}

function isUnfinished({ records }: RunView, output: string): boolean {
  const [first] = records;
  return first?.type === 'export' && outputOf(first.plan) === output && !isFinished(records);
}

/** What is complete is not thrown away for something that may come. */
async function requireIncomplete({ runId, records }: RunView, output: string): Promise<void> {
  const last = records.findLast(({ type }) => type === 'finish' || type === 'restart');
  const [first] = records;
  const place = first?.type === 'export' ? placeOf(first.plan) : undefined;
  if (last?.type !== 'finish' || place === undefined || place.kind === 'stream') return;
  if (!(await isTaken(place.partial))) return;
  const name = nameOfRun({ runId, records });
  throw new UsageError(
    `An earlier export to ${output} is complete, but it is still called ${place.partial}.`,
    {
      actions: [
        `Put it in place: sf bulk2 job resume --id ${name}`,
        `Or discard it, and run the query again: sf bulk2 job abort --id ${name}`,
      ],
      data: { path: output, partial: place.partial },
    },
  );
}

async function abandon({ runId, records }: RunView, output: string, store: RunStore): Promise<void> {
  try {
    const journal = await store.open(runId);
    await endExport(journal, { rows: null });
    await journal.close();
    const [first] = records;
    if (first?.type === 'export') await removePartial(first.plan.place);
  } catch (error) {
    if (!(error instanceof RunLockedError)) throw error;
    throw new RunLockedError(`Another export is writing ${output}. ${error.message}`, {
      cause: error,
      data: error.data,
      ownerLives: error.ownerLives,
      actions: ['Wait for it to end, or name another output.', resumeOf({ runId, records })],
    });
  }
}

/** Its process may be gone without this one being able to see it: a resume finds out. */
function resumeOf(run: Pick<RunView, 'runId' | 'records'>): string {
  return `If its process is gone, finish it: sf bulk2 job resume --id ${nameOfRun(run)}`;
}

/** Behind all links: one folder may have several names. A stream is shared by whoever writes to it. */
function outputOf(plan: ExportPlan): string | undefined {
  const place = placeOf(plan);
  return place?.kind === 'stream' ? undefined : place?.path;
}
