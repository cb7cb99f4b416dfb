import { endOf } from '../../run/store.js';
import { requireNoneBegun } from './begun-before.js';
import { copyStatusOf, leftOf } from '../model/status.js';
import { createdSince } from './still-matched.js';
import type { CopyWork } from '../model/work.js';
import { isCreating } from '../model/steps.js';

/**
 * Sees before a retry whether what it would create may have been created by others since the copy ended: what it looked for in the
 * target it has looked for long before. Of loads nobody knows whether their records are the same: they are told.
 * @throws UsageError a copy that hasn't finished creates the same
 */
export async function lookForOthers({
  runId,
  journal,
  contexts: { target },
  events,
}: Pick<CopyWork, 'runId' | 'journal' | 'contexts' | 'events'>): Promise<void> {
  const [first] = journal.records;
  const ended = endOf(journal.records);
  if (first?.type !== 'copy' || ended === undefined) return;
  const { steps, plan } = copyStatusOf(runId, journal.records);
  const left = new Set(
    steps.flatMap(({ kind, object, counts }) =>
      kind === 'load' && counts !== undefined && leftOf(counts) > 0 ? [object] : [],
    ),
  );
  const objects = plan.objects.filter(
    (each) => left.has(each.object) && each.key === undefined && isCreating(each),
  );
  if (objects.length === 0) return;
  await requireNoneBegun({ ...first, plan: { ...plan, objects }, runId }, target);
  const names = new Set(objects.map(({ object }) => object));
  const created = await createdSince(names, { org: first.org, at: ended.at, runId }, target);
  if (created.length === 0) return;
  events.emit(
    'warning',
    `Records of ${created.join(', ')} have been loaded into the target since this copy ended. If these are among them, the retry creates them again: remove their rows from the files first. To find records again that other copies have created, copy with --known-ids and the folders of their results.`,
  );
}
