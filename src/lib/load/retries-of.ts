import type { RunStore, RunView } from '../run/store.js';

/** The loads that retry rows of this one in result files of their own, oldest first. */
export async function retriesOf(runId: string, store: RunStore): Promise<RunView[]> {
  const runs = await store.list();
  return runs
    .filter(({ records: [first] }) => first?.type === 'load' && first.plan.retryOf === runId)
    .filter(({ records }) => !isMerged(records))
    .reverse();
}

/** Version 1 retried rows in runs of their own, and put the results into the files of the load. */
function isMerged(records: RunView['records']): boolean {
  return records.some(({ type }) => type === 'merged');
}
