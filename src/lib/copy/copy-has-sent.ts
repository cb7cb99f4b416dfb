import { hasSent } from '../run/has-sent.js';
import type { RunStore, RunView } from '../run/store.js';

/** Whether the target may have processed something of a copy, by the journals of its loads. */
export async function copyHasSent(
  { records }: Pick<RunView, 'records'>,
  store: Pick<RunStore, 'find'>,
): Promise<boolean> {
  for (const record of records) {
    if (record.type === 'mapped' && record.jobIds.length > 0) return true;
    if (record.type !== 'loading') continue;
    const load = await store.find(record.run);
    // Of one that is gone, or can't be read, nobody knows.
    if (load === undefined || load.damage !== undefined || hasSent(load.records)) return true;
  }
  return false;
}
