import { idWords } from '../../csv/record-id.js';
import { UsageError } from '../../errors.js';
import { IdMap } from '../../files/id-map.js';
import type { CopyObject } from '../../run/copy-record.js';
import { readIds } from '../match/known-ids.js';
import { ownFile, selectionName } from '../model/own-files.js';
import type { CopyWork } from '../model/work.js';
import { isHeldAt } from '../survey/row-states.js';
import { createdBefore } from './created-before.js';

/** Tells of records that earlier copies have created and that this one, which was surveyed, would create again. */
export async function tellCreatedBefore(work: CopyWork): Promise<void> {
  const { runId, journal, contexts, events } = work;
  const [first] = journal.records;
  if (first?.type !== 'copy') return;
  const created = (journal.surveyed?.surveys ?? []).filter(({ levels }) => levels.some((rows) => rows > 0));
  const before = await createdBefore(
    {
      ...first,
      runId,
      creates: (object) => created.some((survey) => survey.object === object),
      wouldCreateOf: (object, file) => wouldCreateOf(work, object, file),
    },
    contexts.target,
  );
  if (before !== undefined) events.emit('createdBefore', before);
}

/** Whether a file of ids lists a record that is to be created. */
async function wouldCreateOf(
  work: CopyWork,
  { object }: CopyObject,
  file: string,
): Promise<boolean | undefined> {
  const selection = IdMap.open(ownFile(work, selectionName(object)));
  let isAny = false;
  try {
    await readIds(file, (entry) => {
      if (isAny) return;
      const id = entry.subarray(0, idWords);
      const isSent = selection.get(id)?.[isHeldAt] === 0;
      isAny = isSent && work.matches.find(object, id) === undefined;
    });
    return isAny;
  } catch (error) {
    // Somebody has changed it: nobody knows.
    if (error instanceof UsageError) return undefined;
    throw error;
  } finally {
    selection.close();
  }
}
