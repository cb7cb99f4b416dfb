import type { CopyStep } from '../../run/copy-record.js';
import { hasSent } from '../../run/has-sent.js';
import type { RunStore, RunView } from '../../run/store.js';

/** Whether the target may have processed something of a copy, by the journals of its loads. */
export async function copyHasSent(
  { records }: Pick<RunView, 'records'>,
  store: Pick<RunStore, 'find'>,
): Promise<boolean> {
  for (const record of records) {
    if (record.type === 'mapped' && record.jobIds.length > 0) return true;
    if (record.type === 'loading' && (await loadHasSent(record.run, store))) return true;
  }
  return false;
}

/** The steps of which it isn't known what became of their rows, and of which the target may have processed some. */
export async function stepsCutShort(
  { records }: Pick<RunView, 'records'>,
  store: Pick<RunStore, 'find'>,
): Promise<CopyStep[]> {
  const steps = records.findLast((record) => record.type === 'surveyed')?.steps ?? [];
  const found: CopyStep[] = [];
  for (const loading of records) {
    if (loading.type !== 'loading') continue;
    const isMapped = records.some(
      (each) => each.type === 'mapped' && each.step === loading.step && each.round === loading.round,
    );
    const step = steps[loading.step];
    if (step !== undefined && !isMapped && (await loadHasSent(loading.run, store))) found.push(step);
  }
  return found;
}

async function loadHasSent(runId: string, store: Pick<RunStore, 'find'>): Promise<boolean> {
  const load = await store.find(runId);
  // Of one that is gone, or can't be read, nobody knows.
  return load === undefined || load.damage !== undefined || hasSent(load.records);
}
