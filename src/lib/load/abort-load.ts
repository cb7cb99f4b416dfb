import { abortRun, type AbortOptions } from '../run/abort-run.js';
import type { RunContext } from '../run/context.js';
import type { RunView } from '../run/store.js';
import { partialsOf, removePartials } from './collect/result-paths.js';
import { copiesOfInput } from './model/work.js';
import { LoadJournal } from './model/load-journal.js';
import { loadStatusOf } from './model/status.js';

/** Ends an interrupted load for good; see `abortRun`. Rows that are in no closed job are not loaded. */
export function abortLoad(run: RunView, options: AbortOptions, context: RunContext): Promise<void> {
  const { runId } = run;
  return abortRun(
    run,
    {
      ...options,
      jobsIn: (records) => loadStatusOf(runId, records)?.jobIds ?? [],
      async tidy(journal) {
        // Its folder may be out of reach.
        const partials = partialsOf({ runId, journal: new LoadJournal(journal) });
        await removePartials(partials).catch(() => undefined);
        await context.store.removeFiles(runId, copiesOfInput);
      },
    },
    context,
  );
}
