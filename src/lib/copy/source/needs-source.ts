import type { CopyObject, CopyPlan } from '../../run/copy-record.js';
import type { JournalRecord } from '../../run/record.js';

/** Objects whose records a copy has not brought into its folder yet. */
export function unexported({ objects }: CopyPlan, records: readonly JournalRecord[]): CopyObject[] {
  const done = new Set(records.flatMap((record) => (record.type === 'exported' ? [record.object] : [])));
  return objects.filter(({ object }) => !done.has(object));
}

/**
 * Whether a copy still has to read something in the org that its records come from: records, or what their owners are called
 * there. A copy into a folder asks for those each time that it writes its files.
 * @param records of its journal
 */
export function needsSource(records: readonly JournalRecord[]): boolean {
  const [first] = records;
  if (first?.type !== 'copy' || first.source === undefined) return false;
  const { plan } = first;
  if (plan.output !== undefined || unexported(plan, records).some(({ file }) => file === undefined))
    return true;
  return plan.owners !== undefined && !records.some(({ type }) => type === 'owners');
}
