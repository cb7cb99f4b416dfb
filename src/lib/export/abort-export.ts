import { isTaken } from '../files/file-facts.js';
import { removePartial } from '../files/output-place.js';
import { abortRun, type AbortOptions } from '../run/abort-run.js';
import type { RunContext } from '../run/context.js';
import { jobIdsOf, type RunView } from '../run/store.js';

/** Ends an interrupted export for good; see `abortRun`. What came of its output is removed. */
export function abortExport(run: RunView, options: AbortOptions, context: RunContext): Promise<void> {
  return abortRun(
    run,
    {
      ...options,
      jobsIn: jobIdsOf,
      async tidy({ replayed: [first] }) {
        if (first?.type === 'export') await removePartial(first.plan.place);
      },
    },
    context,
  );
}

/**
 * What there is of the output of an interrupted export: nothing, pages, or all of it, be it under a partial name that an abort
 * removes, or under its own, where nothing is left to abort.
 */
export async function outputSoFar({ records }: RunView): Promise<'none' | 'partial' | 'complete' | 'named'> {
  const [first] = records;
  const place = first?.type === 'export' ? first.plan.place : undefined;
  if (place === undefined || place.kind === 'stream') return 'none';
  const isComplete =
    records.findLast(({ type }) => type === 'finish' || type === 'restart')?.type === 'finish';
  const hasPartial = await isTaken(place.partial);
  if (isComplete) return hasPartial ? 'complete' : 'named';
  return hasPartial ? 'partial' : 'none';
}
