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
