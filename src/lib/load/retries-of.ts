import type { RunStore, RunView } from '../run/store.js';

/** The runs that have sent rows of this one again, oldest first. */
export async function retriesOf(runId: string, store: RunStore): Promise<RunView[]> {
  const runs = await store.list();
  return runs
    .filter(({ records: [first] }) => first?.type === 'load' && first.plan.retryOf === runId)
    .reverse();
}

/** Whether a retry's results are in the files of the load that its rows are of: the two are one load from then on. */
export function isMerged({ records }: RunView): boolean {
  return records.some(({ type }) => type === 'merged');
}
